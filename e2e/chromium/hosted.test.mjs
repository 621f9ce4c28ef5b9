// The customer portal as a person uses it: each task once, in light, dark and on a phone;
// by keyboard; and no trace of a card number anywhere.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Hosted, confirms, good, refused, unknown } from "../hosted.mjs";

describe("customer portal", () => {
  let pages;

  before(async () => {
    pages = await Hosted.open("active");
  });

  after(() => pages?.close());

  it("shows plan, payment methods, billing information and invoices", async () => {
    const page = await pages.portal({ return_url: "https://example.com/account" });
    await page.getByRole("heading", { name: "Current plan" }).waitFor();
    await pages.look(page, "home");
    assert.equal(await page.getByRole("link", { name: /Return to/ }).getAttribute("href"), "https://example.com/account");
    await page.getByRole("link", { name: "All invoices" }).click();
    await page.getByRole("heading", { name: "Invoices", exact: true }).waitFor();
    await pages.look(page, "invoices");
    await pages.leave(page);
  });

  it("adds a card by keyboard alone, with the focus always to be seen", async () => {
    const page = await pages.portal();
    const before = (await pages.cards()).length;
    await page.getByRole("link", { name: "Add a payment method" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Card number").focus();
    const typed = [good, "09 / 31", "123", "Dana Whitfield", "United States", null, null, null, null, "10013"];
    for (const text of typed) {
      const outlined = await page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) > 0);
      assert.ok(outlined, "the focus cannot be seen");
      if (text) {
        if (await page.evaluate(() => document.activeElement.tagName === "INPUT")) await page.keyboard.press("Control+A");
        await page.keyboard.type(text);
      }
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Your card was added.").waitFor();
    assert.equal((await pages.cards()).length, before + 1);
    await pages.leave(page);
  });

  it("says what is wrong with a card and shows its number no more", async () => {
    const page = await pages.portal();
    await page.getByRole("link", { name: "Add a payment method" }).click();
    await pages.look(page, "card");
    await pages.typeCard(page, unknown);
    await page.getByRole("button", { name: "Add card" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Card number").inputValue(), "");
    assert.equal(await page.getByLabel("Security code").inputValue(), "");
    assert.equal(await page.getByLabel("Name on the card").inputValue(), "Dana Whitfield");
    await pages.look(page, "card-wrong");
    await pages.typeCard(page, refused);
    await page.getByRole("button", { name: "Add card" }).click();
    await page.getByText("insufficient funds").waitFor();
    pages.seen.push(await page.content());
    await pages.leave(page);
  });

  it("asks the bank: complete, fail, leave", async () => {
    const page = await pages.portal();
    const before = (await pages.cards()).length;
    const ask = async () => {
      await page.getByRole("link", { name: "Add a payment method" }).click();
      await pages.typeCard(page, confirms);
      await page.getByRole("button", { name: "Add card" }).click();
      await page.getByRole("heading", { name: "Confirm it is you" }).waitFor();
    };
    await ask();
    await pages.look(page, "challenge");
    await page.getByRole("link", { name: "Leave without answering" }).click();
    assert.equal((await pages.cards()).length, before);
    await ask();
    await page.getByRole("button", { name: "Fail" }).click();
    await page.getByText("could not confirm").waitFor();
    assert.equal((await pages.cards()).length, before);
    await page.getByRole("link", { name: "Back", exact: true }).click();
    await ask();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByText("Your card was added.").waitFor();
    assert.equal((await pages.cards()).length, before + 1);
    await pages.leave(page);
  });

  it("edits, prefers and removes a card, and warns of the last", async () => {
    const page = await pages.portal();
    const row = page.getByRole("listitem").filter({ hasText: "ending in 5556" });
    await row.getByRole("link", { name: /^Edit/ }).click();
    await page.getByLabel("Expiry date").fill("11 / 33");
    await pages.look(page, "edit");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Valid until 11 / 2033").waitFor();
    await row.getByRole("button", { name: /^Make/ }).or(row.getByText("Default")).first().click();
    for (let left = (await pages.cards()).length; left > 0; left--) {
      await page.getByRole("link", { name: /^Remove/ }).first().click();
      if (left === 1) {
        await page.getByText("This is your only payment method.").waitFor();
        await pages.look(page, "remove-last");
        await page.getByRole("link", { name: "Keep it" }).click();
      } else {
        await page.getByRole("button", { name: "Remove" }).click();
      }
    }
    assert.equal((await pages.cards()).length, 1);
    const [{ id }] = await pages.cards();
    await pages.api("POST", `customers/${pages.customer}`, { "invoice_settings[default_payment_method]": id });
    await pages.leave(page);
  });

  it("changes billing information and tax ids", async () => {
    const page = await pages.portal();
    await page.getByRole("link", { name: "Update information" }).click();
    await page.getByLabel("Name or company").fill("Whitfield GmbH");
    await page.getByLabel("Country").selectOption("DE");
    await page.getByLabel("City").fill("Berlin");
    await pages.look(page, "billing");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("was saved").waitFor();
    await page.getByRole("link", { name: "Update information" }).click();
    await page.getByLabel("Type").selectOption("eu_vat");
    await page.getByLabel("Number").fill("12");
    await page.getByRole("button", { name: "Add tax ID" }).click();
    await page.getByText("not a valid number").waitFor();
    await page.getByLabel("Number").fill("DE123456789");
    await page.getByRole("button", { name: "Add tax ID" }).click();
    await page.getByText("The tax ID was added.").waitFor();
    await page.getByRole("button", { name: /^Remove EU VAT/ }).click();
    await page.getByText("The tax ID was removed.").waitFor();
    const { name, address } = await pages.api("GET", `customers/${pages.customer}`);
    assert.deepEqual([name, address.city, address.country], ["Whitfield GmbH", "Berlin", "DE"]);
    await pages.leave(page);
  });

  it("cancels with a reason, and undoes it", async () => {
    const page = await pages.portal();
    await page.getByRole("link", { name: "Cancel plan" }).click();
    await page.getByLabel("It costs too much").check();
    await page.getByLabel("Anything else?").fill("Goodbye");
    await pages.look(page, "cancel");
    await page.getByRole("button", { name: "Cancel plan" }).click();
    await page.getByText("Your plan was canceled.").waitFor();
    await pages.look(page, "canceled");
    const ending = await pages.plan();
    assert.equal(ending.cancel_at_period_end, true);
    assert.equal(ending.cancellation_details.feedback, "too_expensive");
    await page.getByRole("button", { name: "Keep my plan" }).click();
    await page.getByText("goes on as before").waitFor();
    assert.equal((await pages.plan()).cancel_at_period_end, false);
    await pages.leave(page);
  });

  it("changes the plan after showing what it costs", async () => {
    const page = await pages.portal();
    await page.getByRole("link", { name: "Change plan" }).click();
    const power = page.getByLabel("Power");
    const price = await power.inputValue();
    await power.check();
    await pages.look(page, "plans");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Confirm your new plan" }).waitFor();
    assert.match(await page.locator("tbody").textContent(), /Unused time/);
    await pages.look(page, "change");
    await page.getByRole("button", { name: "Confirm change" }).click();
    await page.getByText("You are on Power now.").waitFor();
    assert.equal((await pages.plan()).items.data[0].price.id, price);
    await pages.leave(page);
  });

  it("leaves no card number in a page, a file or what the program prints", () => pages.holdsNoNumber(good, confirms, refused, unknown));
});
