// What invoices are made out to is changed in the window and arrives at the sandbox's
// customer; what the server refuses is said at the field, and nothing that was typed
// is lost, whatever happens meanwhile.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { violations } from "../accessibility.mjs";
import { go, launch, openPage, overflowing, settled } from "../browser.mjs";
import { shownDates } from "../figures.mjs";
import { Person, askSandbox } from "../programs.mjs";
import { Proxy, refusal } from "../proxy.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A subscriber with a page before the sandbox, and a proxy between the two. */
class Visit {
  static async begin(options = {}) {
    const visit = new Visit();
    visit.person = await Person.arrive();
    visit.sandbox = await visit.person.startSandbox("active");
    visit.proxy = await Proxy.before(visit.sandbox.says.url);
    const args = ["--url", visit.proxy.url, "--customer", visit.sandbox.says.customer, "--support", "help@quillforge.example"];
    const web = await visit.person.startBrowserMode(args, { BILLFOLD_TOKEN: visit.sandbox.says.api_key });
    visit.page = await openPage(browser, web.address, { overlook: /status of (400|5\d\d)|answer (400|5\d\d)/, ...options });
    await settled(visit.page);
    await go(visit.page, "#/billing-information");
    return visit;
  }

  async end() {
    await this.person?.leave();
    this.proxy?.close();
  }

  part(testid) {
    return this.page.getByTestId(testid);
  }

  field(name) {
    return this.part(`field-${name}`);
  }

  async edit() {
    await this.part("billing-edit").click();
    await this.field("address.line1").waitFor();
  }

  async choose(testid, typed) {
    await this.part(testid).click();
    await this.part(testid).fill(typed);
    await this.page.locator("[role=option][data-highlighted]").waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Fills in fields by their names, looks the changes over, and gives what that says. */
  async review(values) {
    for (const [name, value] of Object.entries(values)) await this.field(name).fill(value);
    await this.part("billing-review").click();
    await this.part("billing-save").waitFor();
    return this.part("billing-review-step").innerText();
  }

  customer() {
    return askSandbox(this.sandbox, `customers/${this.sandbox.says.customer}`);
  }

  async taxIDs() {
    const { data } = await askSandbox(this.sandbox, `customers/${this.sandbox.says.customer}/tax_ids`);
    return data.map(({ type, value }) => `${type} ${value}`);
  }

  /** Changes the customer as the vendor would. */
  async change(fields) {
    const answer = await fetch(`${this.sandbox.says.url}/v1/customers/${this.sandbox.says.customer}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.sandbox.says.api_key}` },
      body: new URLSearchParams(fields),
    });
    assert.equal(answer.status, 200);
  }
}

describe("an address that is edited", () => {
  let visit;
  before(async () => {
    visit = await Visit.begin({ permissions: ["clipboard-read", "clipboard-write"] });
  });
  after(() => visit?.end());

  it("asks for what the chosen country asks for", async () => {
    await visit.edit();
    assert.equal(await visit.field("address.state").inputValue(), "New York");
    await visit.choose("field-address.country", "germ");
    await visit.field("address.state").waitFor({ state: "detached" });
    assert.deepEqual(await violations(visit.page), []);
  });

  it("says before it is saved what changes, and on which invoice first", async () => {
    const said = await visit.review({
      "address.line1": "Baumschulallee 10",
      "address.line2": "",
      "address.postal_code": "53115",
      "address.city": "Bonn",
    });
    const { data } = await askSandbox(visit.sandbox, `subscriptions?customer=${visit.sandbox.says.customer}`);
    const dates = shownDates(data[0].current_period_end);
    assert.ok(dates.some((date) => said.includes(date)), `${dates} is not in: ${said}`);
    for (const piece of ["418 Greenwich Street", "Baumschulallee 10", "Germany", "future invoices only", "tax"]) {
      assert.ok(said.includes(piece), `${piece} is not in: ${said}`);
    }
    assert.equal((await visit.customer()).address.city, "New York");
    assert.deepEqual(await violations(visit.page), []);
  });

  it("is the sandbox's customer's once it is saved", async () => {
    await visit.part("billing-save").click();
    await visit.part("billing-saved").waitFor();
    const { address } = await visit.customer();
    assert.deepEqual(
      [address.line1, address.line2 || null, address.postal_code, address.city, address.state || null, address.country],
      ["Baumschulallee 10", null, "53115", "Bonn", null, "DE"],
    );
    assert.match(await visit.part("billing-made-out").innerText(), /Baumschulallee 10\n53115 Bonn\nGermany/);
  });

  it("is asked to be put on past invoices by a letter that is copied or mailed", async () => {
    const { data } = await askSandbox(visit.sandbox, `invoices?customer=${visit.sandbox.says.customer}&limit=1`);
    await visit.part("correction-open").click();
    const text = await visit.part("correction-text").inputValue();
    assert.ok(text.includes(data[0].number) && text.includes("53115 Bonn"), text);
    await visit.part("correction-copy").click();
    await visit.page.getByText("Copied").waitFor();
    assert.equal(await visit.page.evaluate(() => navigator.clipboard.readText()), text);
    await visit.part("correction-mail").waitFor();
    assert.match(await visit.part("correction-mail").innerText(), /help@quillforge\.example/);
    await visit.page.keyboard.press("Escape");
  });

  it("fits into 720 x 480, form and review", async () => {
    await visit.page.setViewportSize({ width: 720, height: 480 });
    assert.deepEqual(await overflowing(visit.page), []);
    await visit.edit();
    assert.deepEqual(await overflowing(visit.page), []);
    await visit.review({ name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3) });
    assert.deepEqual(await overflowing(visit.page), []);
    await visit.part("billing-back").click();
    await visit.part("billing-discard").click();
  });

  it("did nothing wrong on the way", () => assert.deepEqual(visit.page.faults, []));
});

describe("a draft", () => {
  let visit;
  before(async () => {
    visit = await Visit.begin();
  });
  after(() => visit?.end());

  it("is asked about before one goes elsewhere, by link and by going back", async () => {
    await visit.edit();
    await visit.field("name").fill("Whitfield Gm");
    const leaving = [
      () => visit.page.getByRole("link", { name: "Settings" }).click(),
      () => visit.page.goBack(),
      () => visit.part("sync-button").press("Escape"),
    ];
    for (const leave of leaving) {
      await leave();
      await visit.part("leave").waitFor();
      await visit.page.getByRole("button", { name: "Keep editing" }).click();
      await visit.part("leave").waitFor({ state: "detached" });
      assert.equal(await visit.field("name").inputValue(), "Whitfield Gm");
      assert.match(visit.page.url(), /#\/billing-information$/);
    }
  });

  it("is not written over by a pull, which says what moved", async () => {
    await visit.change({ name: "Whitfield Holding", "address[city]": "Albany" });
    await visit.part("sync-button").click();
    await visit.part("moved").waitFor();
    assert.equal(await visit.field("name").inputValue(), "Whitfield Gm");
    assert.equal(await visit.field("address.city").inputValue(), "Albany");
    assert.match(await visit.part("clash-name").innerText(), /Whitfield Holding/);
  });

  it("stays when it cannot be saved for lack of a connection, and is saved later", async () => {
    const said = await visit.review({ name: "Whitfield GmbH" });
    assert.ok(said.includes("Whitfield Holding"), said);
    visit.proxy.gone = true;
    await visit.part("billing-save").click();
    await visit.part("unsaved").waitFor();
    assert.match(await visit.part("unsaved").innerText(), /Not saved: you are offline/);
    assert.equal((await visit.customer()).name, "Whitfield Holding");
    visit.proxy.gone = false;
    await visit.part("billing-save").click();
    await visit.part("billing-saved").waitFor();
    const { name, address } = await visit.customer();
    assert.deepEqual([name, address.city], ["Whitfield GmbH", "Albany"]);
  });

  it("that the server cannot tax is refused at the address", async () => {
    visit.proxy.answer = (method, path) =>
      method === "POST" && /^\/v1\/customers\/\w+$/.test(path) ? refusal("customer_tax_location_invalid", "address") : null;
    await visit.edit();
    await visit.review({ "address.postal_code": "00000" });
    await visit.part("billing-save").click();
    await visit.part("refused-address").waitFor();
    assert.match(await visit.part("refused-address").innerText(), /tax cannot be worked out for this address/);
    assert.equal(await visit.field("address.postal_code").inputValue(), "00000");
    visit.proxy.answer = () => null;
    await visit.part("billing-discard").click();
  });

  it("did nothing wrong on the way", () => assert.deepEqual(visit.page.faults, []));
});

describe("tax ids", () => {
  let visit;
  before(async () => {
    visit = await Visit.begin();
  });
  after(() => visit?.end());

  async function enter(value, country) {
    if (country) await visit.choose("tax-id-country", country);
    await visit.part("tax-id-value").fill(value);
    await visit.part("tax-id-submit").click();
  }

  it("are added with what people leave out, and wait to be verified", async () => {
    await visit.part("tax-id-add").click();
    await enter("111 111 111", "germany");
    await visit.part("tax-id-done").waitFor();
    assert.deepEqual(new Set(await visit.taxIDs()), new Set(["us_ein 12-3456789", "eu_vat DE111111111"]));
    const row = visit.part("tax-id").filter({ hasText: "DE111111111" });
    await row.getByText("Being verified").waitFor();
    assert.deepEqual(await violations(visit.page), []);
  });

  it("that are none are refused at the field", async () => {
    await visit.part("tax-id-add").click();
    assert.equal(await visit.part("tax-id-country").inputValue(), "United States");
    await enter("not a number");
    await visit.page.getByText("This is not the form that a tax ID of this type has.").waitFor();
    assert.equal(await visit.part("tax-id-value").getAttribute("aria-invalid"), "true");
    assert.deepEqual(await violations(visit.page), []);
    await visit.page.keyboard.press("Escape");
    assert.equal((await visit.taxIDs()).length, 2);
  });

  it("are replaced by one that was accepted; where the old one stays, both are told of", async () => {
    visit.proxy.answer = (method) => (method === "DELETE" ? refusal("rate_limit", "") : null);
    await visit.page.getByRole("button", { name: "Replace DE111111111" }).click();
    await enter("DE136695976");
    await visit.part("tax-ids-both").waitFor();
    assert.equal((await visit.taxIDs()).length, 3);
    visit.proxy.answer = () => null;
    await visit.part("tax-ids-both").getByRole("button").click();
    await visit.part("tax-ids-both").waitFor({ state: "detached" });
    assert.deepEqual(new Set(await visit.taxIDs()), new Set(["us_ein 12-3456789", "eu_vat DE136695976"]));
  });

  it("are removed after a question, and can be had back", async () => {
    await visit.page.getByRole("button", { name: "Remove 12-3456789" }).click();
    assert.equal((await visit.taxIDs()).length, 2);
    await visit.part("tax-id-remove-confirm").click();
    await visit.part("tax-id-done").getByText("12-3456789 was removed").waitFor();
    const again = visit.part("tax-id-done").getByRole("button", { name: "Add it again" });
    await again.waitFor();
    assert.deepEqual(await visit.taxIDs(), ["eu_vat DE136695976"]);
    await again.click();
    await visit.part("tax-id").filter({ hasText: "12-3456789" }).waitFor();
    assert.equal((await visit.taxIDs()).length, 2);
  });

  it("did nothing wrong on the way", () => assert.deepEqual(visit.page.faults, []));
});

describe("what the next invoice will lack", () => {
  it("stands on the overview before it is issued, and leads to the form", async () => {
    const visit = await Visit.begin();
    try {
      await visit.change({ address: "" });
      await visit.part("sync-button").click();
      await visit.part("preflight").waitFor();
      assert.match(await visit.part("preflight").innerText(), /It will show no address/);
      await go(visit.page, "#/");
      const card = visit.part("section-billing-information");
      await card.getByText("It will show no address").waitFor();
      assert.deepEqual(await violations(visit.page), []);
      await card.getByRole("link", { name: "Complete it" }).click();
      await visit.choose("field-address.country", "united states");
      await visit.field("address.state").waitFor();
      await visit.choose("field-address.state", "new york");
      await visit.review({ "address.line1": "1 Main St", "address.city": "Albany", "address.postal_code": "12207" });
      await visit.part("billing-save").click();
      await visit.part("billing-saved").waitFor();
      await visit.part("preflight").waitFor({ state: "detached" });
      assert.equal((await visit.customer()).address.state, "NY");
      assert.deepEqual(visit.page.faults, []);
    } finally {
      await visit.end();
    }
  });
});
