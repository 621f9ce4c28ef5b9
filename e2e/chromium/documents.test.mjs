// The saved PDFs in a real browser: a server that answers with something else, one
// that asks to wait, a run that is cancelled, a file that somebody changed, and no
// server at all.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { go, launch, openPage, settled } from "../browser.mjs";
import { Person, askSandbox, connectionTo, end, makeFault, takeFaultsAway } from "../programs.mjs";

describe("saving PDFs in the window", () => {
  let browser, person, sandbox, page, pdfs;

  before(async () => {
    person = await Person.arrive();
    sandbox = await person.startSandbox("active");
    const { args, environment } = connectionTo(sandbox);
    const web = await person.startBrowserMode(args, environment);
    browser = await launch();
    // The one answer that is an error is that of the changed file.
    page = await openPage(browser, web.address, { overlook: /\b503\b/ });
    await settled(page);
    // Where the sandbox has its PDFs, whichever invoice it is.
    const { data } = await askSandbox(sandbox, "invoices?limit=1");
    const parts = new URL(data[0].invoice_pdf).pathname.split("/");
    pdfs = `GET ${parts.map((part) => (part.length > 12 ? "*" : part)).join("/")}`;
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const rows = () => page.getByTestId("invoice-row");
  const result = () => page.getByTestId("saving-result").innerText();
  const visit = (hash) => page.evaluate((to) => void (location.hash = to), hash);
  const saved = () =>
    page.evaluate(() => document.querySelectorAll('[data-testid="document-state"][data-state="saved"]').length);

  /** Puts the last result away, so that the next one is the next run's. */
  async function putAway() {
    await page.getByTestId("saving-strip").getByRole("button", { name: "Put away" }).click();
    await page.getByTestId("saving-strip").waitFor({ state: "detached" });
  }

  it("is asked for once, and nothing is saved before the answer", async () => {
    await page.getByTestId("ask-automatic").getByRole("button", { name: "Not now" }).click();
    await page.getByTestId("ask-automatic").waitFor({ state: "detached" });
    await go(page, "#/invoices");
    assert.equal(await saved(), 0);
  });

  it("says of each PDF that came as a web page why it was not kept, and tries again", async () => {
    await makeFault(sandbox, pdfs, "type=text/html");
    await rows().first().getByRole("link").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByTestId("save-selected").click();
    await page.getByTestId("saving-result").waitFor({ timeout: 60_000 });
    assert.match(await result(), /2 could not be saved/);
    assert.equal(await saved(), 0);
    await page.getByRole("link", { name: "See why" }).click();
    const why = await page.getByTestId("failures").innerText();
    assert.equal(why.match(/web page|no PDF|not a PDF/gi)?.length, 2, why);
    assert.doesNotMatch(why, /https?:/);

    await takeFaultsAway(sandbox);
    await page.getByTestId("retry-failures").click();
    await page.getByText("2 PDFs saved.").waitFor({ timeout: 60_000 });
    await putAway();
  });

  it("says until when the server asks to wait, and goes on then", async () => {
    await go(page, "#/invoices");
    await makeFault(sandbox, pdfs, "429,retry-after=3", 1);
    await page.getByTestId("save-all").click();
    await page.getByText(/asks to wait until \d+:\d\d/).waitFor({ timeout: 60_000 });
    await page.getByTestId("saving-result").waitFor({ timeout: 120_000 });
    assert.match(await result(), /PDFs saved\.$/);
    await putAway();
    await page.waitForFunction(() => {
      const states = [...document.querySelectorAll('[data-testid="document-state"]')];
      return states.length > 0 && states.every(({ dataset }) => dataset.state === "saved");
    });
  });

  it("finds a file that somebody changed, and does not show it as the invoice", async () => {
    const { invoices } = await person.ask(["invoices", ...connectionTo(sandbox).args, "--json"], connectionTo(sandbox).environment);
    await visit("#/settings");
    const folder = await page.getByTestId("vault-folder").inputValue();
    const file = (await pdfFiles(folder)).find((name) => name.includes(invoices[0].number) && !/receipt/i.test(name));
    assert.ok(file, "the newest invoice has a file");
    // As long as before: one that is shorter counts as gone, and is fetched again by itself.
    await writeFile(file, (await readFile(file)).fill(0x20, 900, 1800));
    await visit(`#/documents/invoice/${invoices[0].id}`);
    const notice = page.getByTestId("preview").getByTestId("notice");
    await notice.waitFor();
    assert.match(await notice.innerText(), /changed since it was saved/);
    assert.equal(await page.getByTestId("pdf-page").count(), 0);

    await visit("#/settings");
    await page.getByTestId("verify").click();
    await page.getByTestId("repair").waitFor({ timeout: 60_000 });
    assert.match(await page.getByTestId("verify-report").innerText(), /1 file was changed/);
    await page.getByTestId("repair").click();
    await page.getByText(/1 was fetched again/).first().waitFor({ timeout: 60_000 });
    await visit(`#/documents/invoice/${invoices[0].id}`);
    await page.getByTestId("pdf-page").first().waitFor({ timeout: 60_000 });
  });

  it("shows list, invoice and PDF without the server", async () => {
    await end(sandbox);
    await visit("#/");
    await page.getByTestId("sync-button").click();
    await page.locator('main [data-testid="notice"]').first().waitFor();
    await go(page, "#/invoices");
    await rows().nth(3).getByRole("link").click();
    await page.getByTestId("invoice-detail").locator("h2").first().waitFor();
    await page.getByTestId("preview-link").first().click();
    await page.waitForFunction(() => document.querySelector('[data-testid="pdf-page"]')?.textContent.length > 100);
  });

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});

describe("a long run of saving PDFs", () => {
  it("shows how far it is, ends when it is cancelled, and later goes on with the rest", async () => {
    const person = await Person.arrive();
    const browser = await launch();
    try {
      const sandbox = await person.startSandbox("many");
      const { args, environment } = connectionTo(sandbox);
      const web = await person.startBrowserMode(args, environment);
      const page = await openPage(browser, web.address);
      await settled(page);
      await go(page, "#/invoices");
      await page.getByTestId("save-all").click();
      const said = page.getByTestId("saving-progress");
      await page.waitForFunction(() => {
        const [, done, total] =
          document.querySelector('[data-testid="saving-progress"]')?.textContent.match(/([\d,]+) of ([\d,]+) ·/) ?? [];
        return done && total && Number(done.replaceAll(",", "")) >= 20 && Number(total.replaceAll(",", "")) >= 10_000;
      }, undefined, { timeout: 120_000 });
      await page.getByTestId("saving-cancel").click();
      await said.waitFor({ state: "detached" });
      const first = await countOf(page);
      assert.ok(first >= 20 && first < 5_000, `${first} were saved`);

      await page.getByTestId("save-all").first().click();
      await page.waitForFunction(() => / of /.test(document.querySelector('[data-testid="saving-progress"]')?.textContent));
      await page.waitForTimeout(1500);
      await page.getByTestId("saving-cancel").click();
      await said.waitFor({ state: "detached" });
      assert.ok((await countOf(page)) > first, "the second run saved more");
      assert.deepEqual(page.faults, []);
    } finally {
      await browser.close();
      await person.leave();
    }
  });
});

/** How many PDFs the settings say are saved. */
async function countOf(page) {
  await page.evaluate(() => void (location.hash = "#/settings"));
  const text = await page.getByTestId("vault-count").innerText();
  return Number(text.match(/[\d,]+/)[0].replaceAll(",", ""));
}

/** The paths of all PDFs below a folder. */
async function pdfFiles(folder) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}
