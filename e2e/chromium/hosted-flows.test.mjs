// The four tasks that a portal link can lead straight to, the three ways they can end, and
// links that lead nowhere.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Hosted, good } from "../hosted.mjs";

describe("portal links to a task", () => {
  let pages;

  before(async () => {
    pages = await Hosted.open("active");
  });

  after(() => pages?.close());

  const addsCard = { "flow_data[type]": "payment_method_update" };
  const ends = (type, field, value) => ({
    "flow_data[after_completion][type]": type,
    ...(field && { [`flow_data[after_completion][${type}][${field}]`]: value }),
  });

  async function addCard(page) {
    await pages.typeCard(page, good);
    await page.getByRole("button", { name: "Add card" }).click();
  }

  it("ends on the first page of the portal", async () => {
    const page = await pages.portal({ ...addsCard, ...ends("portal_homepage") });
    await addCard(page);
    await page.getByText("Your card was added.").waitFor();
    await page.getByRole("heading", { name: "Current plan" }).waitFor();
    await pages.leave(page);
  });

  it("ends on a confirmation, in the seller's words", async () => {
    const page = await pages.portal({ ...addsCard, ...ends("hosted_confirmation", "custom_message", "Thank you, & see you soon.") });
    await pages.look(page, "flow-card");
    await addCard(page);
    await page.getByRole("heading", { name: "All done" }).waitFor();
    await page.getByText("Thank you, & see you soon.").waitFor();
    await pages.look(page, "done");
    await page.goBack();
    await page.reload();
    await page.getByRole("heading", { name: "All done" }).waitFor(); // nothing more can be changed
    await pages.leave(page);
  });

  it("ends at the seller's", async () => {
    const page = await pages.portal({ ...addsCard, ...ends("redirect", "return_url", pages.back("/thanks")) });
    await addCard(page);
    await page.getByRole("heading", { name: "Back at the seller" }).waitFor();
    assert.equal(pages.reached, "/thanks");
    await pages.leave(page);
  });

  it("leads to the choice of plans", async () => {
    const { id } = await pages.plan();
    const page = await pages.portal({ "flow_data[type]": "subscription_update", "flow_data[subscription_update][subscription]": id });
    await page.getByRole("heading", { name: "Change your plan" }).waitFor();
    await page.getByLabel("Power").check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Confirm your new plan" }).waitFor();
    await page.getByRole("link", { name: "Back", exact: true }).click();
    await page.getByRole("heading", { name: "Change your plan" }).waitFor();
    await pages.leave(page);
  });

  it("leads to the confirmation of one change", async () => {
    const { id, items } = await pages.plan();
    const { data: prices } = await pages.api("GET", "prices?limit=100");
    const to = prices.find(({ id, active, currency, recurring }) => active && currency === "usd" && recurring?.usage_type === "licensed" && id !== items.data[0].price.id);
    const flow = "flow_data[subscription_update_confirm]";
    const page = await pages.portal({
      "flow_data[type]": "subscription_update_confirm",
      [`${flow}[subscription]`]: id,
      [`${flow}[items][0][id]`]: items.data[0].id,
      [`${flow}[items][0][price]`]: to.id,
      ...ends("hosted_confirmation"),
    });
    await page.getByRole("heading", { name: "Confirm your new plan" }).waitFor();
    await pages.look(page, "flow-change");
    await page.getByRole("button", { name: "Confirm change" }).click();
    await page.getByRole("heading", { name: "All done" }).waitFor();
    assert.equal((await pages.plan()).items.data[0].price.id, to.id);
    await pages.leave(page);
  });

  it("leads to the cancellation", async () => {
    const { id } = await pages.plan();
    const page = await pages.portal({
      "flow_data[type]": "subscription_cancel",
      "flow_data[subscription_cancel][subscription]": id,
      ...ends("hosted_confirmation"),
    });
    await pages.look(page, "flow-cancel");
    await page.getByRole("button", { name: "Cancel plan" }).click();
    await page.getByRole("heading", { name: "All done" }).waitFor();
    assert.equal((await pages.plan()).cancel_at_period_end, true);
    await pages.leave(page);
  });

  it("shows when a link has expired and when there is no page", async () => {
    const session = await pages.api("POST", "billing_portal/sessions", { customer: pages.customer });
    assert.equal((await fetch(session.url, { method: "HEAD" })).status, 200); // which does not use it up
    await fetch(session.url);
    const page = await pages.page(session.url);
    await page.getByRole("heading", { name: "This link has expired" }).waitFor();
    await pages.look(page, "expired");
    await page.goto(`${pages.says.url}/p/nothing`);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await pages.look(page, "missing");
    await pages.leave(page);
  });
});
