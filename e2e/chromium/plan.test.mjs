// Cancel, undo, change the plan and pay on the hosted pages, with what the window says
// before and after; and an older card that hides the new one.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Visit } from "../visit.mjs";

describe("a plan", () => {
  let visit;

  before(async () => {
    visit = await Visit.open("active");
    await visit.show("#/subscription", "plan");
  });

  after(() => visit?.close());

  it("is cancelled after saying until when it lasts, and shown to end on that day", async () => {
    await visit.page.getByTestId("plan-cancel").click();
    assert.match(await visit.page.getByTestId("handoff-effect").innerText(), /Pro is yours until \w+ \d+, \d{4}/);
    await visit.page.keyboard.press("Escape");
    const tab = await visit.go("plan-cancel");
    await tab.getByRole("button", { name: "Cancel plan" }).click();
    await visit.back(tab);
    const told = await visit.changed();
    const { current_period_end: end } = await visit.pages.plan();
    const day = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(end * 1000);
    assert.match(told, /Pro is cancelled and ends on/);
    assert.ok(told.includes(day), `${day} is not in: ${told}`);
    assert.match(await visit.page.getByTestId("ending").innerText(), /It ends on/);
    assert.match(await visit.page.getByTestId("next-invoice").innerText(), /not billed again|is not billed/);
    assert.equal(await visit.page.getByTestId("plan-cancel").count(), 0);
    await visit.leave();
  });

  it("goes on after that was undone, also when nobody comes back by the link", async () => {
    const tab = await visit.go("plan-undo");
    await tab.getByRole("button", { name: "Keep my plan" }).click();
    await tab.getByText("goes on as before").waitFor();
    await tab.close();
    await visit.page.getByTestId("handoff-done").click();
    assert.match(await visit.changed(), /Pro goes on: the cancellation was undone/);
    await visit.page.getByTestId("plan-cancel").waitFor();
    assert.equal(await visit.page.getByTestId("ending").count(), 0);
    await visit.leave();
  });

  it("is changed, and the next invoice says line by line why it differs", async () => {
    const tab = await visit.go("plan-change-plan");
    await tab.getByLabel("Power").check();
    await tab.getByRole("button", { name: "Continue" }).click();
    await tab.getByRole("button", { name: "Confirm change" }).click();
    await visit.back(tab);
    assert.match(await visit.changed(), /Your plan changed from Pro to Power/);
    await visit.page.getByTestId("reason").first().waitFor();
    const amounts = await visit.page.getByTestId("reason").evaluateAll((rows) => rows.map(({ dataset }) => Number(dataset.amount)));
    const invoices = await visit.pages.api("GET", `invoices?customer=${visit.pages.customer}&limit=100`);
    const last = invoices.data.find(({ billing_reason: why }) => why === "subscription_cycle" || why === "subscription_create");
    const next = await visit.pages.api("GET", `invoices/upcoming?customer=${visit.pages.customer}`);
    assert.equal(amounts.reduce((sum, amount) => sum + amount, 0), next.total - last.total);
    await visit.leave();
  });
});

describe("an open invoice", () => {
  let visit;

  before(async () => {
    visit = await Visit.open("past-due");
  });

  after(() => visit?.close());

  it("is paid from the notice, and owed no more", async () => {
    const tab = await visit.go("standing-act");
    const card = tab.locator("details").filter({ hasText: "Pay with a new card" });
    if (!(await card.evaluate(({ open }) => open))) await card.locator("summary").click();
    await visit.pages.typeCard(tab, "4000 0566 5566 5556");
    await card.getByRole("button", { name: /^Pay/ }).click();
    await tab.getByText(/Paid/).first().waitFor();
    await tab.close();
    await visit.page.getByTestId("handoff-done").click();
    assert.match(await visit.changed(), /was paid for invoice/);
    await visit.page.getByTestId("standing").waitFor({ state: "detached" });
    await visit.leave();
  });
});

describe("an older card that hides the new one", () => {
  let visit;

  before(async () => {
    visit = await Visit.open("shadowed-card");
  });

  after(() => visit?.close());

  it("is found, mended by one click that writes one field, and the new one is charged", async () => {
    await visit.show("#/payment-methods", "payment-methods");
    const notice = visit.page.getByTestId("shadow");
    assert.match(await notice.innerText(), /Visa •••• 4242 will be charged for Pro, not your default Mastercard •••• 4444/);
    const before = await visit.pages.plan();
    await notice.getByTestId("shadow-mend").click();
    await notice.waitFor({ state: "detached" });
    assert.match(await visit.page.getByTestId("next-charge").innerText(), /Mastercard[\s\S]*4444/);
    const after = await visit.pages.plan();
    assert.equal(after.default_payment_method, null);
    assert.deepEqual({ ...after, default_payment_method: before.default_payment_method }, before);
    await visit.advance("8d");
    const { data: charges } = await visit.pages.api("GET", `charges?customer=${visit.pages.customer}&limit=1`);
    assert.deepEqual([charges[0].status, charges[0].payment_method_details.card.last4], ["succeeded", "4444"]);
    await visit.show("#/", "section-subscription");
    await visit.page.getByTestId("standing").waitFor({ state: "detached" });
    await visit.leave();
  });
});
