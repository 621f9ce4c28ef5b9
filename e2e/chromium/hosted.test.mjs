// The sandbox's hosted pages: the customer portal and the page of an invoice, as
// a person uses them. Each task once; in light, dark and 360 px; by keyboard; and
// no trace of a card number anywhere.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdir, readFile, readdir } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { launch, openPage, overflowing } from "../browser.mjs";
import { Person } from "../programs.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Where pictures of the pages go, when somebody wants to look at them. */
const pictures = process.env.HOSTED_PICTURES;

const good = "4000 0566 5566 5556";
const confirms = "4000 0000 0000 3220";
const refused = "4000 0000 0000 9995";

describe("hosted pages", () => {
  let browser, person, sandbox, state, outside, reached;
  const seen = [];

  before(async () => {
    person = await Person.arrive();
    state = path.join(person.home, "state.json");
    sandbox = await person.start("billfold-sandbox", ["serve", "--scenario", "active", "--state", state], { ready: /^\{.*\}$/m });
    sandbox.says = JSON.parse(sandbox.match[0]);
    browser = await launch();
    outside = http.createServer((request, response) => {
      if (request.url !== "/favicon.ico") reached = request.url;
      response.setHeader("Content-Type", "text/html");
      response.end('<!doctype html><html lang="en"><title>Back</title><h1>Back at the seller</h1>');
    });
    await new Promise((resolve) => outside.listen(0, "127.0.0.1", resolve));
    if (pictures) await mkdir(pictures, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    outside?.close();
    await person?.leave();
  });

  async function api(method, resource, fields) {
    const answer = await fetch(`${sandbox.says.url}/v1/${resource}`, {
      method,
      headers: { Authorization: `Bearer ${sandbox.says.api_key}` },
      body: fields && new URLSearchParams(fields),
    });
    const body = await answer.json();
    assert.ok(answer.ok, `${resource}: ${JSON.stringify(body)}`);
    return body;
  }
  const customer = () => sandbox.says.customer;
  const cards = async () => (await api("GET", `payment_methods?customer=${customer()}`)).data;
  const plan = async () => (await api("GET", `subscriptions?customer=${customer()}`)).data[0];

  async function portal(fields = {}, options = {}) {
    const session = await api("POST", "billing_portal/sessions", { customer: customer(), ...fields });
    // Answers of 4xx are what a refused form gives; redirects may lead outside.
    return openPage(browser, session.url, { overlook: /answer 4\d\d|status of 4\d\d|request to 127\.0\.0\.1/, ...options });
  }

  async function openInvoice() {
    const { id } = await api("POST", "invoices", { customer: customer(), collection_method: "send_invoice", days_until_due: "14" });
    await api("POST", "invoiceitems", { customer: customer(), invoice: id, currency: "usd", amount: "1250", description: "Extra credits" });
    return api("POST", `invoices/${id}/finalize`);
  }

  async function typeCard(page, number) {
    await page.getByLabel("Card number").fill(number);
    await page.getByLabel("Expiry date").fill("09 / 31");
    await page.getByLabel("Security code").fill("123");
    await page.getByLabel("Name on the card").fill("Dana Whitfield");
    await page.getByLabel("Country").selectOption("US");
    await page.getByLabel("Postal code").fill("10013");
  }

  /** Everything a page must be, in every way it can be looked at. */
  async function look(page, name) {
    await page.evaluate(axe);
    for (const colorScheme of ["light", "dark"]) {
      for (const [width, height] of [[1100, 800], [360, 740]]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height });
        const violations = await page.evaluate(async (tags) => {
          const { violations } = await globalThis.axe.run(document, { runOnly: tags });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
        }, wcag);
        assert.deepEqual(violations, [], `${name} in ${colorScheme} at ${width}`);
        assert.deepEqual(await overflowing(page), [], `${name} at ${width}`);
        const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
        assert.equal(new Set(ids).size, ids.length, `${name} gives an id twice`);
        if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1100, height: 800 });
    seen.push(await page.content());
  }

  async function leave(page) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }

  it("shows plan, payment methods, billing information and invoices", async () => {
    const page = await portal({ return_url: "https://example.com/account" });
    await page.getByRole("heading", { name: "Current plan" }).waitFor();
    await look(page, "home");
    assert.equal(await page.getByRole("link", { name: /Return to/ }).getAttribute("href"), "https://example.com/account");
    await page.getByRole("link", { name: "All invoices" }).click();
    await page.getByRole("heading", { name: "Invoices", exact: true }).waitFor();
    await look(page, "invoices");
    await leave(page);
  });

  it("adds a card by keyboard alone, with the focus always to be seen", async () => {
    const page = await portal();
    const before = (await cards()).length;
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
    assert.equal((await cards()).length, before + 1);
    await leave(page);
  });

  it("says what is wrong with a card and shows its number no more", async () => {
    const page = await portal();
    await page.getByRole("link", { name: "Add a payment method" }).click();
    await look(page, "card");
    await typeCard(page, "4539 1488 0343 6467");
    await page.getByRole("button", { name: "Add card" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Card number").inputValue(), "");
    assert.equal(await page.getByLabel("Security code").inputValue(), "");
    assert.equal(await page.getByLabel("Name on the card").inputValue(), "Dana Whitfield");
    await look(page, "card-wrong");
    await typeCard(page, refused);
    await page.getByRole("button", { name: "Add card" }).click();
    await page.getByText("insufficient funds").waitFor();
    seen.push(await page.content());
    await leave(page);
  });

  it("asks the bank: complete, fail, leave", async () => {
    const page = await portal();
    const before = (await cards()).length;
    const ask = async () => {
      await page.getByRole("link", { name: "Add a payment method" }).click();
      await typeCard(page, confirms);
      await page.getByRole("button", { name: "Add card" }).click();
      await page.getByRole("heading", { name: "Confirm it is you" }).waitFor();
    };
    await ask();
    await look(page, "challenge");
    await page.getByRole("link", { name: "Leave without answering" }).click();
    assert.equal((await cards()).length, before);
    await ask();
    await page.getByRole("button", { name: "Fail" }).click();
    await page.getByText("could not confirm").waitFor();
    assert.equal((await cards()).length, before);
    await page.getByRole("link", { name: "Back", exact: true }).click();
    await ask();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByText("Your card was added.").waitFor();
    assert.equal((await cards()).length, before + 1);
    await leave(page);
  });

  it("edits, prefers and removes a card, and warns of the last", async () => {
    const page = await portal();
    const row = page.getByRole("listitem").filter({ hasText: "ending in 5556" });
    await row.getByRole("link", { name: /^Edit/ }).click();
    await page.getByLabel("Expiry date").fill("11 / 33");
    await look(page, "edit");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Valid until 11 / 2033").waitFor();
    await row.getByRole("button", { name: /^Make/ }).or(row.getByText("Default")).first().click();
    for (let left = (await cards()).length; left > 0; left--) {
      await page.getByRole("link", { name: /^Remove/ }).first().click();
      if (left === 1) {
        await page.getByText("This is your only payment method.").waitFor();
        await look(page, "remove-last");
        await page.getByRole("link", { name: "Keep it" }).click();
      } else {
        await page.getByRole("button", { name: "Remove" }).click();
      }
    }
    assert.equal((await cards()).length, 1);
    const [{ id }] = await cards();
    await api("POST", `customers/${customer()}`, { "invoice_settings[default_payment_method]": id });
    await leave(page);
  });

  it("changes billing information and tax ids", async () => {
    const page = await portal();
    await page.getByRole("link", { name: "Update information" }).click();
    await page.getByLabel("Name or company").fill("Whitfield GmbH");
    await page.getByLabel("Country").selectOption("DE");
    await page.getByLabel("City").fill("Berlin");
    await look(page, "billing");
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
    const { name, address } = await api("GET", `customers/${customer()}`);
    assert.deepEqual([name, address.city, address.country], ["Whitfield GmbH", "Berlin", "DE"]);
    await leave(page);
  });

  it("cancels with a reason, and undoes it", async () => {
    const page = await portal();
    await page.getByRole("link", { name: "Cancel plan" }).click();
    await page.getByLabel("It costs too much").check();
    await page.getByLabel("Anything else?").fill("Goodbye");
    await look(page, "cancel");
    await page.getByRole("button", { name: "Cancel plan" }).click();
    await page.getByText("Your plan was canceled.").waitFor();
    await look(page, "canceled");
    const ending = await plan();
    assert.equal(ending.cancel_at_period_end, true);
    assert.equal(ending.cancellation_details.feedback, "too_expensive");
    await page.getByRole("button", { name: "Keep my plan" }).click();
    await page.getByText("goes on as before").waitFor();
    assert.equal((await plan()).cancel_at_period_end, false);
    await leave(page);
  });

  it("changes the plan after showing what it costs", async () => {
    const page = await portal();
    await page.getByRole("link", { name: "Change plan" }).click();
    const power = page.getByLabel("Power");
    const price = await power.inputValue();
    await power.check();
    await look(page, "plans");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Confirm your new plan" }).waitFor();
    assert.match(await page.locator("tbody").textContent(), /Unused time/);
    await look(page, "change");
    await page.getByRole("button", { name: "Confirm change" }).click();
    await page.getByText("You are on Power now.").waitFor();
    assert.equal((await plan()).items.data[0].price.id, price);
    await leave(page);
  });

  it("pays an open invoice with a saved card, and with a new one that the bank confirms", async () => {
    const first = await openInvoice();
    const page = await openPage(browser, first.hosted_invoice_url, { overlook: /answer 4\d\d|status of 4\d\d/ });
    await look(page, "invoice-open");
    await page.getByRole("button", { name: "Pay $12.50" }).first().click();
    await page.getByText(/^Paid on/).waitFor();
    await look(page, "invoice-paid");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download invoice" }).click()]);
    assert.match(download.suggestedFilename(), /^Invoice-.*\.pdf$/);
    assert.equal((await readFile(await download.path())).subarray(0, 5).toString(), "%PDF-");

    const second = await openInvoice();
    await page.goto(second.hosted_invoice_url);
    await page.getByText("Pay with a new card").click();
    await typeCard(page, refused);
    await page.getByRole("button", { name: "Pay $12.50" }).last().click();
    await page.getByText("insufficient funds").first().waitFor();
    await look(page, "invoice-refused");
    await typeCard(page, confirms);
    await page.getByRole("button", { name: "Pay $12.50" }).last().click();
    await page.getByRole("heading", { name: "Confirm it is you" }).waitFor();
    await page.getByRole("link", { name: "Leave without answering" }).click();
    await page.getByText("Your bank wants you to confirm").waitFor();
    await look(page, "invoice-waiting");
    await page.getByRole("link", { name: "Confirm the payment" }).click();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByText(/^Paid on/).waitFor();
    await leave(page);
  });

  it("leads straight to a task and back to the seller", async () => {
    const back = `http://127.0.0.1:${outside.address().port}/thanks`;
    const done = { "flow_data[after_completion][type]": "redirect", "flow_data[after_completion][redirect][return_url]": back };
    let page = await portal({ "flow_data[type]": "payment_method_update", ...done });
    await typeCard(page, good);
    await page.getByRole("button", { name: "Add card" }).click();
    await page.getByRole("heading", { name: "Back at the seller" }).waitFor();
    assert.equal(reached, "/thanks");
    await leave(page);
    const { id } = await plan();
    page = await portal({ "flow_data[type]": "subscription_update", "flow_data[subscription_update][subscription]": id });
    await page.getByRole("heading", { name: "Change your plan" }).waitFor();
    await leave(page);
    page = await portal({
      "flow_data[type]": "subscription_cancel",
      "flow_data[subscription_cancel][subscription]": id,
      "flow_data[after_completion][type]": "hosted_confirmation",
    });
    await page.getByRole("button", { name: "Cancel plan" }).click();
    await page.getByRole("heading", { name: "All done" }).waitFor();
    await look(page, "done");
    await leave(page);
  });

  it("shows when a link has expired and when there is no page", async () => {
    const session = await api("POST", "billing_portal/sessions", { customer: customer() });
    await fetch(session.url);
    const page = await openPage(browser, session.url, { overlook: /answer 4\d\d|status of 4\d\d/ });
    await page.getByRole("heading", { name: "This link has expired" }).waitFor();
    await look(page, "expired");
    await page.goto(`${sandbox.says.url}/p/nothing`);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await look(page, "missing");
    await leave(page);
  });

  it("leaves no card number in a page, a file or what the program prints", async () => {
    const files = [];
    for (const entry of await readdir(person.home, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(await readFile(path.join(entry.parentPath ?? entry.path, entry.name), "utf8"));
    }
    assert.ok(files.some((text) => text.includes('"scenario":"active"')), "the state file was not looked at");
    for (const number of [good, confirms, refused, "4539 1488 0343 6467"]) {
      const written = [number, number.replaceAll(" ", ""), number.replaceAll(" ", "+"), number.replaceAll(" ", "%20")];
      for (const text of [...files, ...seen, sandbox.errors]) {
        for (const form of written) assert.ok(!text.includes(form), "a card number was kept");
      }
    }
  });
});
