// Stripe's official client for Node works unchanged through the gateway, for what a
// subscriber may do, and is refused in its own words for the rest.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import Stripe from "stripe";

import { Person } from "../programs.mjs";

const person = await Person.arrive();
after(() => person.leave());

let says, token, stripe, merchant, customer;

/** The client as its documentation says to make it, but for the address. */
function clientAt(url, key, options = {}) {
  const at = new URL(url);
  return new Stripe(key, {
    apiVersion: "2023-10-16",
    protocol: "http",
    host: at.hostname,
    port: at.port,
    maxNetworkRetries: 0,
    telemetry: false,
    ...options,
  });
}

const post = async (url, fields, headers = {}) => {
  const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
  return { status: answer.status, text: await answer.text() };
};

/** Signs in at the issuer by device code, as the person of a customer. */
async function signIn(who) {
  const asked = await post(`${says.issuer}/device_authorization`, { client_id: "billfold", scope: "openid billing" });
  const { device_code, user_code } = JSON.parse(asked.text);
  const chosen = await post(
    `${says.issuer}/device`,
    { user_code, person: `person-of-${who}` },
    { origin: says.issuer },
  );
  assert.equal(chosen.status, 200);
  const given = await post(`${says.issuer}/oauth/token`, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: "billfold",
    device_code,
  });
  return JSON.parse(given.text).access_token;
}

before(async () => {
  const vendor = await person.start(
    "billfold-sandbox",
    ["serve", "--scenario", "active", "--vendor-file", `${person.home}/vendor.json`],
    { ready: /^\{.*\}$/m },
  );
  says = JSON.parse(vendor.match[0]);
  customer = says.customer;
  token = await signIn(customer);
  stripe = clientAt(says.gateway, token);
  merchant = clientAt(says.url, says.api_key);
});

describe("a subscriber with Stripe's own client", () => {
  it("pages through all invoices by itself, as the merchant does", async () => {
    const mine = await stripe.invoices.list({ limit: 5 }).autoPagingToArray({ limit: 100 });
    const theirs = await merchant.invoices.list({ customer, limit: 5 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(
      mine.map(({ id, total, status }) => [id, total, status]),
      theirs.map(({ id, total, status }) => [id, total, status]),
    );
    assert.ok(mine.length >= 18);
  });

  it("reads an account with what the rules let it expand", async () => {
    const found = await stripe.customers.retrieve(customer);
    assert.equal(found.email, (await merchant.customers.retrieve(customer)).email);
    const { data } = await stripe.subscriptions.list({ status: "all" });
    assert.equal(data[0].status, "active");
    const next = await stripe.invoices.retrieveUpcoming({ customer });
    assert.equal(next.amount_due, 2178);
    const charges = await stripe.charges.list({ customer, limit: 3, expand: ["data.refunds"] });
    assert.ok(charges.data.every(({ paid, refunds }) => paid && refunds.data.length === 0));
    const methods = await stripe.customers.listPaymentMethods(customer);
    assert.equal(methods.data.length, 1);
  });

  it("changes what is a subscriber's to change", async () => {
    const changed = await stripe.customers.update(customer, { name: "Grace Hopper" });
    assert.equal(changed.name, "Grace Hopper");
    const added = await stripe.customers.createTaxId(customer, { type: "eu_vat", value: "DE123456789" });
    assert.equal((await stripe.customers.deleteTaxId(customer, added.id)).deleted, true);
    const session = await stripe.billingPortal.sessions.create({ customer });
    assert.equal(new URL(session.url).host, new URL(says.url).host);
  });

  it("gets the same answer for the same idempotency key", async () => {
    const once = { idempotencyKey: "node-once" };
    const tax = { type: "eu_vat", value: "DE123456789" };
    const [first, again] = [
      await stripe.customers.createTaxId(customer, tax, once),
      await stripe.customers.createTaxId(customer, tax, once),
    ];
    assert.equal(first.id, again.id);
    await stripe.customers.deleteTaxId(customer, first.id);
  });

  it("is refused in errors of the right class", async () => {
    const other = await merchant.customers.create({ name: "Bob" });
    for (const foreign of [other.id, "cus_none"]) {
      await assert.rejects(stripe.customers.retrieve(foreign), (error) => {
        assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
        assert.deepEqual([error.statusCode, error.code], [404, "resource_missing"]);
        assert.ok(error.requestId);
        return true;
      });
    }
    await assert.rejects(stripe.customers.update(customer, { balance: -5000 }), Stripe.errors.StripeInvalidRequestError);
    await assert.rejects(stripe.customers.create({ name: "A" }), Stripe.errors.StripeInvalidRequestError);
    await assert.rejects(stripe.refunds.create({ charge: "ch_1" }), Stripe.errors.StripeInvalidRequestError);
    assert.equal((await merchant.customers.retrieve(customer)).balance, 0);
    const stranger = clientAt(says.gateway, `${token.slice(0, -4)}AAAA`);
    await assert.rejects(stranger.invoices.list(), Stripe.errors.StripeAuthenticationError);
  });

  it("sees another customer's objects as that customer alone", async () => {
    const other = await merchant.customers.create({ name: "Carol", email: "carol@example.com" });
    const carol = clientAt(says.gateway, await signIn(other.id));
    assert.deepEqual((await carol.invoices.list()).data, []);
    const [{ id }] = (await stripe.invoices.list({ limit: 1 })).data;
    await assert.rejects(carol.invoices.retrieve(id), { statusCode: 404, code: "resource_missing" });
  });
});
