// What the dashboard shows is what the sandbox has: the figures are asked of the
// sandbox itself and of the command, never written down here.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { go, launch, openPage, settled } from "../browser.mjs";
import { decimal, shownDates } from "../figures.mjs";
import { Person, askSandbox, connectionTo } from "../programs.mjs";

describe("the dashboard of a subscriber with a plan", () => {
  let browser, person, sandbox, web, page, status;

  before(async () => {
    person = await Person.arrive();
    sandbox = await person.startSandbox("active");
    const { args, environment } = connectionTo(sandbox);
    web = await person.startBrowserMode(args, environment);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    status = await person.ask(["status", ...args, "--json"], environment);
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const section = (name) => page.getByTestId(`section-${name}`);

  it("takes the token out of the address", () => {
    assert.doesNotMatch(page.url(), /token/);
  });

  it("shows the plan, its price, and the next bill with its date and amount", async () => {
    const text = await section("subscription").innerText();
    const [subscription] = status.subscriptions;
    const customer = sandbox.says.customer;
    const listed = await askSandbox(sandbox, `subscriptions?customer=${customer}&status=all`);
    assert.equal(subscription.id, listed.data[0].id);
    const product = await askSandbox(sandbox, `products/${listed.data[0].items.data[0].price.product}`);
    const upcoming = await askSandbox(sandbox, `invoices/upcoming?customer=${customer}`);
    assert.ok(text.includes(product.name), text);
    assert.ok(text.includes(decimal(listed.data[0].items.data[0].price.unit_amount, "usd")), text);
    assert.ok(text.includes(decimal(upcoming.amount_due, "usd")), text);
    const dates = shownDates(listed.data[0].current_period_end);
    assert.ok(dates.some((date) => text.includes(date)), `${dates} is not in: ${text}`);
  });

  it("shows the card that will be charged", async () => {
    const text = await section("payment-method").innerText();
    const method = status.next_charge_method;
    const customer = sandbox.says.customer;
    const { data } = await askSandbox(sandbox, `customers/${customer}/payment_methods`);
    assert.equal(data[0].card.last4, method.last4);
    assert.ok(text.includes(method.last4), text);
    assert.ok(text.toLowerCase().includes(data[0].card.brand), text);
    const expiry = `${String(method.exp_month).padStart(2, "0")}/${String(method.exp_year).slice(-2)}`;
    assert.ok(text.includes(expiry), text);
  });

  it("shows to whom the bills are made out", async () => {
    const text = await section("billing-information").innerText();
    const customer = await askSandbox(sandbox, `customers/${sandbox.says.customer}`);
    const ids = await askSandbox(sandbox, `customers/${sandbox.says.customer}/tax_ids`);
    const wanted = [customer.name, customer.email, customer.address.line1, customer.address.city];
    for (const piece of [...wanted, ...ids.data.map((id) => id.value)]) {
      assert.ok(text.includes(piece), `${piece} is not in: ${text}`);
    }
  });

  it("shows the latest invoices", async () => {
    const text = await section("invoice-history").innerText();
    const { data } = await askSandbox(sandbox, `invoices?customer=${sandbox.says.customer}&limit=3`);
    for (const invoice of data) {
      assert.ok(text.includes(invoice.number), `${invoice.number} is not in: ${text}`);
      assert.ok(text.includes(decimal(invoice.total, invoice.currency)), text);
    }
  });

  it("says who is signed in, and as of when", async () => {
    assert.ok((await page.getByTestId("identity").innerText()).includes(status.customer.name));
    assert.match(await page.getByTestId("as-of").innerText(), /\d/);
  });

  it("shows one invoice with its lines and sums", async () => {
    const { data } = await askSandbox(sandbox, `invoices?customer=${sandbox.says.customer}&limit=1`);
    const [invoice] = data;
    await go(page, `#/invoices/${invoice.id}`);
    const text = await page.locator("main").innerText();
    for (const amount of [invoice.subtotal, invoice.tax, invoice.total]) {
      assert.ok(text.includes(decimal(amount, invoice.currency)), `${amount} is not in: ${text}`);
    }
    for (const line of invoice.lines.data) assert.ok(text.includes(line.description), text);
  });

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});

describe("the dashboard of a subscriber without a paid plan", () => {
  it("has something to say in every section", async () => {
    const person = await Person.arrive();
    const browser = await launch();
    try {
      const web = await person.startBrowserMode(["--sandbox", "new"]);
      const page = await openPage(browser, web.address);
      await settled(page);
      for (const name of ["subscription", "payment-method", "billing-information", "invoice-history"]) {
        const text = await page.getByTestId(`section-${name}`).innerText();
        assert.ok(text.split("\n").filter(Boolean).length > 1, `${name} only says: ${text}`);
      }
      assert.equal(await page.getByTestId("invoice-row").count(), 0);
      assert.deepEqual(page.faults, []);
    } finally {
      await browser.close();
      await person.leave();
    }
  });
});
