// A renewal fails, and what a person sees of it until it is paid: the notice, a new
// card that the bank wants confirmed, the payment, and that all is well again; without
// the network in the middle, and each thing told once.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { connectionTo } from "../programs.mjs";
import { settled } from "../browser.mjs";
import { Hosted, confirms } from "../hosted.mjs";
import { Proxy } from "../proxy.mjs";

const rights = ["notifications", "clipboard-read", "clipboard-write"];

describe("a renewal that fails", () => {
  let pages, proxy, web, page;

  before(async () => {
    pages = await Hosted.open("active");
    // A card that can be saved and cannot pay, in place of the good one.
    const bad = await pages.api("POST", "payment_methods/pm_card_chargeCustomerFail/attach", { customer: pages.customer });
    await pages.api("POST", `customers/${pages.customer}`, { "invoice_settings[default_payment_method]": bad.id });
    await renew();
    proxy = await Proxy.before(pages.says.url);
    const { args, environment } = connectionTo({ says: { ...pages.says, url: proxy.url } });
    web = await pages.person.startBrowserMode(args, environment);
    const context = await pages.browser.newContext({ locale: "en-US", timezoneId: "UTC", permissions: rights });
    await context.addInitScript(() => {
      const told = (globalThis.told = []);
      globalThis.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title, { body }) {
          told.push({ title, body, click: () => this.onclick?.() });
        }
        close() {}
      };
    });
    page = await context.newPage();
    await page.goto(web.address);
    await settled(page);
  });

  after(async () => {
    await pages?.close();
    proxy?.close();
  });

  /** Moves the clock a day at a time until the renewal was tried. */
  async function renew() {
    const control = await pages.page(`${pages.says.url}/_sandbox/`);
    const newest = async () => (await pages.api("GET", `invoices?customer=${pages.customer}&limit=1`)).data[0];
    for (let day = 0; day < 40 && (await newest()).status !== "open"; day++) {
      await control.getByRole("button", { name: "1 day", exact: true }).click();
      await control.waitForLoadState();
    }
    assert.equal((await newest()).attempt_count, 1);
    await pages.leave(control);
  }

  const notice = () => page.getByTestId("standing");
  const titles = () => page.evaluate(() => globalThis.told.map(({ title }) => title));
  const sync = async () => {
    await page.getByTestId("sync-button").click();
    await page.getByTestId("sync-button").waitFor();
  };

  /** Lets the window lead to the hosted pages, and gives the page that its link opens. */
  async function lead() {
    await page.getByTestId("handoff-link-only").click();
    await page.getByTestId("handoff-copy").click();
    await page.getByTestId("handoff-copied").waitFor();
    return pages.page(await page.evaluate(() => navigator.clipboard.readText()));
  }

  it("is told on top of every view, with what it means and one button", async () => {
    await notice().getByText(/A payment of \$21\.78 for Pro did not go through/).waitFor();
    assert.match(await notice().innerText(), /Paid features are probably not available/);
    assert.match(await notice().innerText(), /Next automatic attempt: /);
    assert.equal(await notice().getByRole("button").count(), 1);
    assert.equal(await page.getByTestId("owed").count(), 0, "what is owed is told twice");
    await page.waitForFunction(() => globalThis.told.length > 0);
    assert.deepEqual(await titles(), ["A payment of $21.78 did not go through"]);
  });

  it("tells the whole story, to which the notification leads", async () => {
    await page.evaluate(() => globalThis.told[0].click());
    const story = page.getByTestId("story");
    await story.getByText("The bank said no").waitFor();
    const sentence = await page.getByTestId("bank-sentence").innerText();
    assert.match(sentence, /\$21\.78 to QUILLFORGE on .* with Visa •••• 0341/);
    await page.getByTestId("copy-sentence").click();
    await story.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), sentence);
    await page.getByTestId("copy-support").click();
    await page.getByText("Copied. Paste it").waitFor();
    const summary = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(summary, /^# Billing support summary/);
    for (const secret of ["Dana Whitfield", "Greenwich", "http", pages.says.api_key]) {
      assert.ok(!summary.includes(secret), `the summary has ${secret}`);
    }
    await page.evaluate(() => (location.hash = "#/"));
  });

  it("stays on the screen without the network, and is told no second time", async () => {
    proxy.gone = true;
    await sync();
    await page.getByTestId("notice").first().waitFor();
    await notice().getByText(/did not go through/).waitFor();
    proxy.gone = false;
    await sync();
    await page.getByTestId("notice").first().waitFor({ state: "detached" });
    assert.equal((await titles()).length, 1);
  });

  it("ticks the new card off once the bank has confirmed it", async () => {
    await page.getByTestId("standing-act").click();
    const portal = await lead();
    await pages.typeCard(portal, confirms);
    await portal.getByRole("button", { name: "Add card" }).click();
    await portal.getByRole("button", { name: "Complete" }).click();
    await portal.waitForLoadState();
    await page.getByTestId("handoff-changes").waitFor({ timeout: 60_000 });
    const [card, pay] = await page.getByTestId("steps").first().getByRole("listitem").all();
    assert.match(await card.innerText(), /New payment method.*\(done\)/s);
    assert.equal(await pay.getAttribute("aria-current"), "step");
    await page.getByTestId("handoff-close").click();
    await portal.context().close();
  });

  it("is over once it is paid, and says so once", async () => {
    await page.getByTestId("standing-act").click();
    const hosted = await lead();
    await hosted.getByRole("button", { name: /^Pay/ }).click();
    const confirm = hosted.getByRole("button", { name: "Complete" });
    await confirm.or(hosted.getByText(/^Paid on/)).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await hosted.getByText(/^Paid on/).waitFor();
    await page.getByTestId("handoff-done").click();
    await page.getByTestId("restored").getByText("Paid: $21.78 for Pro").waitFor({ timeout: 60_000 });
    await notice().waitFor({ state: "detached" });
    await page.waitForFunction(() => globalThis.told.length > 1);
    assert.deepEqual(await titles(), ["A payment of $21.78 did not go through", "Paid: $21.78 for Pro"]);
    await hosted.context().close();
  });

  it("leaves books that sum up, and nothing to tell again after a new start", async () => {
    await page.evaluate(() => (location.hash = "#/timeline"));
    await page.getByTestId("closings").getByText(/owed \$0\.00, credit \$0\.00/).waitFor();
    assert.equal(await page.getByTestId("ledger-row").first().getAttribute("data-kind"), "payment");
    await page.reload();
    await page.getByTestId("ledger-row").first().waitFor();
    await sync();
    assert.deepEqual(await titles(), []);
  });
});
