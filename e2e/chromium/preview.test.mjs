// A PDF inside the window when what was saved is no readable PDF, when a login page
// came instead of one, and when it is printed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { go, launch, openPage, settled } from "../browser.mjs";
import { Person, connectionTo } from "../programs.mjs";
import { Proxy } from "../proxy.mjs";

/** Where pictures of the pages go, when somebody wants to look at them. */
const pictures = process.env.PREVIEW_PICTURES;
const run = promisify(execFile);

const login = Buffer.from('<!doctype html><title>Sign in</title><form action="/login"><input name="password"></form>');

/** A PDF that begins and ends as one, with nothing that can be read between. */
function hollow(pdf) {
  const end = Number(pdf.subarray(pdf.lastIndexOf("startxref")).toString().match(/\d+/)[0]);
  return Buffer.concat([pdf.subarray(0, 9), Buffer.alloc(end - 9, 0x20), pdf.subarray(end)]);
}

describe("a PDF inside the window", () => {
  let browser, person, proxy, page;

  before(async () => {
    person = await Person.arrive();
    const sandbox = await person.startSandbox("active");
    proxy = await Proxy.before(sandbox.says.url);
    const { args, environment } = connectionTo({ says: { ...sandbox.says, url: proxy.url } });
    const web = await person.startBrowserMode(args, environment);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    await page.getByTestId("ask-automatic").getByRole("button", { name: "Not now" }).click();
    if (pictures) await mkdir(pictures, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    proxy?.close();
    await person?.leave();
  });

  const look = (name) => pictures && page.screenshot({ path: path.join(pictures, `${name}.png`), animations: "disabled" });

  async function saveTheNewest() {
    await page.evaluate(() => void (location.hash = "#/"));
    await go(page, "#/invoices");
    await page.getByTestId("invoice-row").first().getByRole("link").focus();
    await page.keyboard.press("Space");
    await page.getByTestId("save-selected").click();
    await page.getByTestId("saving-result").waitFor({ timeout: 20_000 });
    const said = await page.getByTestId("saving-result").innerText();
    await page.keyboard.press("Escape");
    await page.getByTestId("saving-strip").getByRole("button", { name: "Put away" }).click();
    return said;
  }

  async function openTheNewest() {
    await page.getByTestId("invoice-row").first().getByRole("link").click();
    await page.getByTestId("preview-link").first().click();
    await page.getByTestId("preview").waitFor();
  }

  it("is not kept when a login page came instead", async () => {
    proxy.change = (answer) => Object.assign(answer, { type: "text/html; charset=utf-8", body: login });
    assert.match(await saveTheNewest(), /could not be saved/);
    await page.evaluate(() => void (location.hash = "#/settings"));
    const why = await page.getByTestId("failures").innerText();
    assert.match(why, /web page/i);
    await look("login-page");
    assert.equal(await page.locator('[data-testid="document-state"][data-state="saved"]').count(), 0);
  });

  it("says that it cannot be read, and shows it once it was saved again", async () => {
    proxy.change = (answer) => (answer.body = hollow(answer.body));
    assert.match(await saveTheNewest(), /^2 PDFs saved\.$/);
    await openTheNewest();
    await page.getByTestId("pdf-fault").waitFor({ timeout: 20_000 });
    await look("fault");
    proxy.change = () => {};
    await page.getByTestId("pdf-fault").getByRole("button").click();
    await page.getByTestId("pdf-page").first().waitFor({ timeout: 20_000 });
  });

  it("is printed whole, a page to a sheet, with nothing of the window around it", async () => {
    await page.evaluate(() => (window.print = () => (window.asked = true)));
    await page.getByTestId("pdf-page").first().waitFor({ timeout: 20_000 });
    const pages = await page.getByTestId("pdf-page").count();
    await page.keyboard.press("Control+p");
    await page.waitForFunction(() => window.asked);
    const file = path.join(person.home, "print.pdf");
    await page.pdf({ path: file, preferCSSPageSize: true });
    const { stdout: facts } = await run("pdfinfo", [file]);
    assert.equal(Number(facts.match(/^Pages:\s+(\d+)/m)[1]), pages);
    // The pages are pictures; text would be the window's own.
    const { stdout: text } = await run("pdftotext", [file, "-"]);
    assert.equal(text.trim(), "");
    const { stdout: images } = await run("pdfimages", ["-list", file]);
    assert.ok(images.trim().split("\n").length - 2 >= pages, images);
    if (pictures) await run("pdftoppm", ["-r", "60", "-png", file, path.join(pictures, "print")]);
  });
});
