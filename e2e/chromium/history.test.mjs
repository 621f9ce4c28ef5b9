// The invoice history in a real browser over the real program: found, selected,
// saved, looked at and exported, by mouse and by keyboard.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { violations } from "../accessibility.mjs";
import { go, launch, openPage, overflowing, settled } from "../browser.mjs";
import { Person } from "../programs.mjs";

describe("the invoice history", () => {
  let browser, person, page, invoices;

  before(async () => {
    person = await Person.arrive();
    const web = await person.startBrowserMode(["--sandbox", "active"]);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    ({ invoices } = await person.ask(["invoices", "--json"]));
    await go(page, "#/invoices");
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const rows = () => page.getByTestId("invoice-row");
  const visit = (hash) => page.evaluate((to) => void (location.hash = to), hash);

  it("selects by keyboard and saves what is selected", async () => {
    await rows().first().getByRole("link").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    await page.getByTestId("save-selected").click();
    await page.getByTestId("saving-result").waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => {
      const states = [...document.querySelectorAll('[data-testid="document-state"]')].slice(0, 2);
      return states.length === 2 && states.every((one) => one.dataset.state === "saved");
    });
    await page.keyboard.press("Escape");
  });

  it("keeps its filters in the address through a reload", async () => {
    await go(page, "#/invoices");
    await page.getByTestId("invoice-search").fill(invoices[1].number);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="invoice-row"]').length === 1);
    assert.match(await page.evaluate(() => location.hash), /search=/);
    await page.reload();
    await rows().first().waitFor();
    assert.equal(await rows().count(), 1);
    await page.getByTestId("invoice-search").fill("");
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="invoice-row"]').length > 1);
  });

  it("keeps its order in the address through a reload", async () => {
    await go(page, "#/invoices");
    const ordered = () => page.locator('[role="columnheader"][aria-sort="ascending"]');
    const numbers = () => rows().evaluateAll((all) => all.map((row) => row.dataset.id));
    await page.getByRole("columnheader", { name: "Number" }).getByRole("button").click();
    await ordered().waitFor();
    const oldest = invoices.map(({ number }) => number).sort()[0];
    const first = invoices.find(({ number }) => number === oldest).id;
    await page.waitForFunction((id) => document.querySelector('[data-testid="invoice-row"]')?.dataset.id === id, first);
    const before = await numbers();
    await page.reload();
    await ordered().waitFor();
    await rows().first().waitFor();
    assert.deepEqual(await numbers(), before);
    // Once more the other way round, and once more as it was.
    for (const _ of [1, 2]) await page.getByRole("columnheader", { name: "Number" }).getByRole("button").click();
    await ordered().waitFor({ state: "detached" });
  });

  it("shows a PDF inside the window, its text to be selected", async () => {
    await visit(`#/documents/invoice/${invoices[0].id}`);
    await page.waitForFunction(
      (number) => document.querySelector('[data-testid="pdf-page"]')?.textContent.includes(number),
      invoices[0].number,
      { timeout: 60_000 },
    );
    const before = await page.getByTestId("zoom").innerText();
    await page.keyboard.press("+");
    await page.waitForFunction((was) => document.querySelector('[data-testid="zoom"]').textContent !== was, before);
  });

  it("exports what is there, with totals", async () => {
    await go(page, "#/invoices");
    await page.getByTestId("export").click();
    await page.getByTestId("export-start").click();
    const said = await page.getByTestId("export-result").innerText();
    assert.match(said, /\.csv/);
    assert.match(said, /Total USD/);
    await page.keyboard.press("Escape");
  });

  for (const colorScheme of ["light", "dark"]) {
    it(`has no violation of WCAG A or AA on its views in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const [hash, shown] of [
        ["#/payments", "payment-row"],
        ["#/spending", "spending-reading"],
        ["#/settings", "vault-count"],
        [`#/documents/invoice/${invoices[0].id}`, "pdf-page"],
      ]) {
        await visit(hash);
        await page.getByTestId(shown).first().waitFor();
        assert.deepEqual(await violations(page), [], hash);
      }
    });
  }

  for (const [width, height] of [[360, 640], [720, 480]]) {
    it(`fits into ${width} x ${height}`, async () => {
      await page.setViewportSize({ width, height });
      for (const hash of ["#/", "#/invoices", "#/payments", "#/spending", "#/settings", `#/invoices/${invoices[0].id}`]) {
        await visit(hash);
        await page.waitForTimeout(300);
        assert.deepEqual(await overflowing(page), [], hash);
      }
    });
  }

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});
