// Something bought twice, and what a person sees of it: the mark on the tab, the
// alarms above the money timeline, where they lead, and that one is over once it was
// given back.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { go, settled } from "../browser.mjs";
import { Hosted } from "../hosted.mjs";
import { connectionTo, root } from "../programs.mjs";

const results = path.join(root, "e2e", "results");

describe("something bought twice", () => {
  let pages, page;

  before(async () => {
    mkdirSync(results, { recursive: true });
    pages = await Hosted.open("double");
    const { args, environment } = connectionTo(pages);
    const web = await pages.person.startBrowserMode(args, environment);
    const context = await pages.browser.newContext({ locale: "en-US", timezoneId: "UTC", viewport: { width: 1200, height: 800 } });
    page = await context.newPage();
    await page.goto(web.address);
    await settled(page);
  });

  after(() => pages?.close());

  const alarm = (kind) => page.locator(`[data-testid="alarm"][data-kind="${kind}"]`);

  it("is marked on the tab of the money timeline", async () => {
    await go(page, "#/invoices");
    await page.getByTestId("tab-timeline").getByLabel("2 to look at").waitFor();
  });

  it("is asked about above the timeline, with amounts and moments", async () => {
    await page.getByTestId("tab-timeline").click();
    await alarm("charged_twice").waitFor();
    const paid = await alarm("charged_twice").innerText();
    assert.match(paid, /Two payments of \$10\.89 within a day, for the same thing/);
    const moments = paid.match(/\w{3} \d+, \d{4}, \d+:\d\d [AP]M UTC/g);
    assert.equal(new Set(moments).size, 2);
    const plans = await alarm("same_plan").innerText();
    assert.match(plans, /Two subscriptions to Pro/);
    assert.equal(new Set(plans.match(/\w{3} \d+, \d{4}/g)).size, 2);
    await photograph("light");
  });

  it("leads to the invoices and to the later subscription", async () => {
    const links = alarm("charged_twice").getByRole("link");
    assert.equal(await links.count(), 2);
    const number = (await links.first().innerText()).replace("Invoice ", "");
    await links.first().click();
    await page.getByRole("heading", { name: number }).waitFor();
    await page.goBack();
    await alarm("same_plan").getByRole("link").click();
    await page.waitForFunction(() => location.hash.startsWith("#/subscription/sub_"));
    await page.goBack();
  });

  it("fits into a small window, in the dark, too", async () => {
    await page.setViewportSize({ width: 720, height: 480 });
    await page.emulateMedia({ colorScheme: "dark" });
    await alarm("charged_twice").waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, "the page is wider than the window");
    await photograph("small-dark");
    await page.setViewportSize({ width: 1200, height: 800 });
    await photograph("dark");
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("is over for the payments once one of them was given back", async () => {
    const [charge] = (await pages.api("GET", `charges?customer=${pages.customer}&limit=1`)).data;
    await pages.api("POST", "refunds", { charge: charge.id, reason: "duplicate" });
    await page.getByTestId("sync-button").click();
    await alarm("charged_twice").waitFor({ state: "detached" });
    await page.getByTestId("tab-timeline").getByLabel("1 to look at").waitFor();
    assert.equal(await alarm("same_plan").count(), 1);
  });

  const photograph = (name) => page.screenshot({ path: path.join(results, `alarms-${name}.png`) });
});
