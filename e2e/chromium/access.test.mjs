// Everybody can use it: no violation of WCAG A or AA that axe-core can find, in
// either theme and at the least size; everything by keyboard.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { violations } from "../accessibility.mjs";
import { go, launch, openPage, overflowing, settled } from "../browser.mjs";
import { Person } from "../programs.mjs";

describe("access", () => {
  let browser, person, page, invoice;

  before(async () => {
    person = await Person.arrive();
    const web = await person.startBrowserMode(["--sandbox", "active"]);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    ({
      invoices: [invoice],
    } = await person.ask(["invoices", "--json"]));
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const views = () => ({
    overview: "#/",
    "current subscription": "#/subscription",
    "payment method": "#/payment-methods",
    "billing information": "#/billing-information",
    "invoice history": "#/invoices",
    invoice: `#/invoices/${invoice.id}`,
  });

  for (const colorScheme of ["light", "dark"]) {
    it(`has no violation of WCAG A or AA in ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const [name, hash] of Object.entries(views())) {
        await go(page, hash);
        assert.deepEqual(await violations(page), [], name);
      }
    });
  }

  it("has none in the question before a hand-off, which Escape puts away", async () => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await go(page, "#/payment-methods");
      await page.getByTestId("add-card").press("Enter");
      await page.getByTestId("handoff-host").waitFor();
      assert.deepEqual(await violations(page), [], colorScheme);
      await page.keyboard.press("Escape");
      await page.getByTestId("handoff-dialog").waitFor({ state: "detached" });
      assert.equal(await page.evaluate(() => document.activeElement?.dataset.testid), "add-card");
    }
  });

  it("follows the system's colours until the person chooses", async () => {
    await go(page, "#/");
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await background(), light);
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await background(), light);
  });

  for (const [width, height] of [[720, 480], [1440, 900]]) {
    it(`fits into ${width} x ${height}`, async () => {
      await page.setViewportSize({ width, height });
      for (const [name, hash] of Object.entries(views())) {
        await go(page, hash);
        assert.deepEqual(await overflowing(page), [], name);
      }
    });
  }

  it("is walked through by keyboard, with the focus always to be seen", async () => {
    await page.setViewportSize({ width: 1120, height: 760 });
    await go(page, "#/");
    // A view that was gone to has the focus; a page that was loaded starts at its top.
    await page.reload();
    await settled(page);
    const reached = new Set();
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        // A link that covers its whole row draws the mark around the row.
        const marked = [null, "::after"].some((part) => {
          const style = getComputedStyle(element, part);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        });
        const name = element.dataset.testid || element.getAttribute("aria-label") || element.textContent.trim();
        return { name: name.slice(0, 60), marked };
      });
      if (!focus) break;
      assert.ok(focus.marked, `the focus on "${focus.name}" cannot be seen`);
      reached.add(focus.name);
    }
    assert.ok(reached.has("sync-button"), `the sync button was not reached: ${[...reached].join(", ")}`);
    assert.ok(reached.size >= 6, `only these were reached: ${[...reached].join(", ")}`);
  });

  it("opens an invoice and comes back by keyboard", async () => {
    await go(page, "#/invoices");
    await page.getByTestId("invoice-row").first().waitFor();
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.testid), "invoice-search");
    await page.keyboard.type(invoice.number);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="invoice-row"]').length === 1);
    await page.getByTestId("invoice-row").first().getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.startsWith("#/invoices/"));
    await page.goBack();
    await page.getByTestId("invoice-row").first().waitFor();
  });

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});
