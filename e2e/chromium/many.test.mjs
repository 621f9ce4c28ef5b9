// Ten thousand invoices: the list is paged, searched and filtered, and stays quick
// to move through.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { go, launch, openPage, settled } from "../browser.mjs";
import { Person } from "../programs.mjs";

describe("the invoice history of many invoices", () => {
  let browser, person, page, all;

  before(async () => {
    person = await Person.arrive();
    const web = await person.startBrowserMode(["--sandbox", "many"]);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    all = await person.ask(["invoices", "--sandbox", "many", "--json"]);
    await go(page, "#/invoices");
    await page.getByTestId("invoice-row").first().waitFor();
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const rows = () => page.getByTestId("invoice-row");
  const firstRow = async () => (await rows().first().innerText()).replace(/\s+/g, " ");

  it("draws a screenful, not ten thousand rows", async () => {
    const drawn = await rows().count();
    assert.ok(drawn > 3 && drawn < 200, `${drawn} rows are drawn`);
    assert.ok((await firstRow()).includes(all.invoices[0].number));
  });

  it("fetches further pages while one scrolls", async () => {
    const seen = new Set();
    await page.getByRole("grid").hover();
    for (let turn = 0; turn < 60 && seen.size < 120; turn++) {
      for (const text of await rows().allInnerTexts()) seen.add(text);
      await page.mouse.wheel(0, 1500);
      await page.waitForTimeout(50);
    }
    assert.ok(seen.size >= 120, `only ${seen.size} different rows were seen`);
  });

  it("finds one by its number", async () => {
    const wanted = all.invoices[37];
    await page.getByTestId("invoice-search").fill(wanted.number);
    await page.waitForFunction((number) => {
      const found = [...document.querySelectorAll('[data-testid="invoice-row"]')];
      return found.length >= 1 && found.every((row) => row.textContent.includes(number));
    }, wanted.number);
  });

  it("says so when nothing is found", async () => {
    await page.getByTestId("invoice-search").fill("no such invoice anywhere");
    await rows().first().waitFor({ state: "detached" });
    assert.match(await page.locator("main").innerText(), /no invoice|nothing|no match/i);
    await page.getByTestId("invoice-search").fill("");
    await rows().first().waitFor();
  });

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});
