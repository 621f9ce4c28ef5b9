// Hostile text in every field - script tags, right-to-left overrides, control
// characters, ten thousand characters on end - is shown as text and breaks nothing.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { go, launch, openPage, overflowing, settled } from "../browser.mjs";
import { Person } from "../programs.mjs";

describe("hostile text", () => {
  let browser, person, page, invoices;

  before(async () => {
    person = await Person.arrive();
    const web = await person.startBrowserMode(["--sandbox", "hostile"]);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    ({ invoices } = await person.ask(["invoices", "--sandbox", "hostile", "--json"]));
    assert.ok(invoices.length > 0);
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const lists = ["#/", "#/subscription", "#/payment-methods", "#/invoices", "#/payments", "#/spending", "#/settings"];
  const views = () => [...lists, ...invoices.slice(0, 5).map(({ id }) => `#/invoices/${encodeURIComponent(id)}`)];

  for (const [width, height] of [[1440, 900], [720, 480]]) {
    it(`stays inside a window of ${width} x ${height}`, async () => {
      await page.setViewportSize({ width, height });
      for (const view of views()) {
        await go(page, view);
        assert.deepEqual(await overflowing(page), [], `in ${view}`);
      }
    });
  }

  it("is text: no element, dialog or request came of it", async () => {
    for (const view of views()) {
      await go(page, view);
      assert.equal(await page.locator("main script, main iframe, main img[src='x']").count(), 0, `in ${view}`);
    }
    assert.deepEqual(page.faults, []);
  });

  it("cannot turn the text around it", async () => {
    await go(page, "#/");
    await settled(page);
    // A right-to-left override that is shown as it is must not reach past its own element.
    const loose = await page.evaluate(() => {
      const isolating = /isolate|plaintext/;
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.data)) continue;
        let element = node.parentElement;
        while (element && !isolating.test(getComputedStyle(element).unicodeBidi)) {
          element = getComputedStyle(element).display.startsWith("inline") ? element.parentElement : null;
        }
        if (!element) found.push(node.data.slice(0, 60));
      }
      return found;
    });
    assert.deepEqual(loose, []);
  });
});
