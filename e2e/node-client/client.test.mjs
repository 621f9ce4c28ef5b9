// Stripe's official client for Node, which nobody here wrote, speaks to the
// sandbox as it would to Stripe.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, it } from "node:test";

import Stripe from "stripe";

import { Person } from "../programs.mjs";

const person = await Person.arrive();
after(() => person.leave());

/** The client as its documentation says to make it, but for the address. */
function clientOf({ says }, options = {}) {
  const at = new URL(says.url);
  return new Stripe(says.api_key, {
    apiVersion: "2023-10-16",
    protocol: "http",
    host: at.hostname,
    port: at.port,
    maxNetworkRetries: 0,
    telemetry: false,
    ...options,
  });
}

describe("an account that is there", () => {
  let sandbox, stripe, customer;

  before(async () => {
    sandbox = await person.startSandbox("active");
    stripe = clientOf(sandbox);
    customer = sandbox.says.customer;
  });

  it("pages through all invoices by itself", async () => {
    const ids = [];
    for await (const invoice of stripe.invoices.list({ customer, limit: 5 })) {
      assert.equal(invoice.object, "invoice");
      ids.push(invoice.id);
    }
    assert.equal(ids.length, 18);
    assert.equal(new Set(ids).size, 18);
    const all = await stripe.invoices.list({ customer, limit: 2 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(all.map(({ id }) => id), ids);
  });

  it("expands what is asked for", async () => {
    const found = await stripe.customers.retrieve(customer, {
      expand: ["tax_ids", "invoice_settings.default_payment_method"],
    });
    assert.equal(found.tax_ids.data[0].type, "us_ein");
    assert.equal(found.invoice_settings.default_payment_method.card.last4, "4242");
  });

  it("sees subscriptions, the next invoice, charges and payment methods", async () => {
    const { data } = await stripe.subscriptions.list({ customer, status: "all", expand: ["data.latest_invoice"] });
    assert.equal(data[0].status, "active");
    assert.equal(data[0].latest_invoice.status, "paid");
    const next = await stripe.invoices.retrieveUpcoming({ customer });
    assert.equal(next.amount_due, 2178);
    const charges = await stripe.charges.list({ customer, limit: 3, expand: ["data.refunds"] });
    assert.ok(charges.data.every(({ paid, refunds }) => paid && refunds.data.length === 0));
    const methods = await stripe.customers.listPaymentMethods(customer, { type: "card" });
    assert.equal(methods.data.length, 1);
  });

  it("gets errors of the right class", async () => {
    await assert.rejects(stripe.invoices.retrieve("in_none"), (error) => {
      assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
      assert.deepEqual([error.statusCode, error.code, error.param], [404, "resource_missing", "invoice"]);
      assert.ok(error.requestId);
      return true;
    });
    await assert.rejects(stripe.customers.create({ nme: "A" }), { code: "parameter_unknown", param: "nme" });
    const stranger = clientOf({ says: { ...sandbox.says, api_key: "sk_test_guess" } });
    await assert.rejects(stranger.customers.list(), Stripe.errors.StripeAuthenticationError);
  });

  it("gets the same answer for the same idempotency key", async () => {
    const once = { idempotencyKey: "node-once" };
    const [first, again] = [
      await stripe.products.create({ name: "A" }, once),
      await stripe.products.create({ name: "A" }, once),
    ];
    assert.equal(first.id, again.id);
    await assert.rejects(stripe.products.create({ name: "B" }, once), Stripe.errors.StripeIdempotencyError);
  });

  it("knows what is too fast, and tries again what a proxy broke", async () => {
    const fault = async (what) => {
      const response = await fetch(`${sandbox.says.url}/_sandbox/faults`, {
        method: "POST",
        headers: { authorization: `Bearer ${sandbox.says.api_key}` },
        body: new URLSearchParams({ do: what, on: "GET /v1/products", times: "1" }),
      });
      assert.equal(response.status, 200);
    };
    await fault("429,retry-after=1");
    await assert.rejects(stripe.products.list(), Stripe.errors.StripeRateLimitError);
    await fault("500");
    const patient = clientOf(sandbox, { maxNetworkRetries: 2 });
    assert.ok((await patient.products.list()).data.length > 0);
  });
});

describe("an account set up from nothing", () => {
  let stripe;

  before(async () => {
    stripe = clientOf(await person.startSandbox("new"));
  });

  it("subscribes, credits, refunds and cancels", async () => {
    const customer = await stripe.customers.create({
      name: "Ada",
      email: "ada@example.com",
      payment_method: "pm_card_visa",
      tax_id_data: [{ type: "eu_vat", value: "DE123456789" }],
      metadata: { plan: "pro" },
    });
    const product = await stripe.products.create({ name: "Pro" });
    const price = await stripe.prices.create({
      product: product.id,
      currency: "eur",
      unit_amount: 1900,
      recurring: { interval: "month" },
    });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 2 }],
      expand: ["latest_invoice.payment_intent"],
    });
    const invoice = subscription.latest_invoice;
    assert.deepEqual([invoice.status, invoice.total], ["paid", 3800]);
    assert.equal(invoice.payment_intent.status, "succeeded");

    const refund = await stripe.refunds.create({ charge: invoice.charge, amount: 800 });
    assert.equal(refund.status, "succeeded");
    const note = await stripe.creditNotes.create({ invoice: invoice.id, amount: 1000, refund_amount: 1000 });
    assert.equal(note.type, "post_payment");

    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    assert.equal(ending.cancel_at, ending.current_period_end);
    const ended = await stripe.subscriptions.cancel(subscription.id);
    assert.equal(ended.status, "canceled");
    const gone = await stripe.customers.del(customer.id);
    assert.equal(gone.deleted, true);

    const events = await stripe.events.list({ types: ["refund.created", "customer.subscription.deleted"] });
    assert.deepEqual(
      events.data.map(({ type }) => type),
      ["customer.subscription.deleted", "refund.created", "refund.created"],
    );
  });

  it("is told why a card was declined", async () => {
    const customer = await stripe.customers.create({ name: "Bob" });
    const card = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
    const bill = await stripe.invoices.create({ customer: customer.id, currency: "usd", default_payment_method: card.id });
    await stripe.invoiceItems.create({ customer: customer.id, invoice: bill.id, amount: 3800, currency: "usd" });
    await stripe.invoices.finalizeInvoice(bill.id);
    await assert.rejects(stripe.invoices.pay(bill.id), (error) => {
      assert.ok(error instanceof Stripe.errors.StripeCardError);
      assert.deepEqual([error.code, error.decline_code], ["card_declined", "generic_decline"]);
      return true;
    });
  });
});

describe("webhooks", () => {
  let receiver, deliveries, stripe, waiting;

  before(async () => {
    deliveries = [];
    receiver = http.createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      deliveries.push({ body: Buffer.concat(parts), signature: request.headers["stripe-signature"] });
      response.end();
      waiting?.();
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    stripe = clientOf(await person.startSandbox("new"));
  });

  after(() => receiver.close());

  it("are signed so that the client believes them, and nothing else", async () => {
    const endpoint = await stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:${receiver.address().port}/hook`,
      enabled_events: ["product.created"],
    });
    const arrived = new Promise((resolve) => (waiting = resolve));
    const product = await stripe.products.create({ name: "Zażółć 二十" });
    await arrived;
    const [{ body, signature }] = deliveries;
    const event = stripe.webhooks.constructEvent(body, signature, endpoint.secret);
    assert.deepEqual([event.type, event.api_version, event.data.object.id], ["product.created", "2023-10-16", product.id]);
    assert.equal(event.data.object.name, "Zażółć 二十");
    assert.deepEqual((await stripe.events.retrieve(event.id)).data, event.data);
    const wrong = [
      () => stripe.webhooks.constructEvent(`${body} `, signature, endpoint.secret),
      () => stripe.webhooks.constructEvent(body, signature, "whsec_guess"),
      () => stripe.webhooks.constructEvent(body, signature.replace(/t=\d+/, "t=1"), endpoint.secret),
    ];
    for (const attempt of wrong) assert.throws(attempt, Stripe.errors.StripeSignatureVerificationError);
  });
});
