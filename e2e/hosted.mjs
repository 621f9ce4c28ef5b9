// The sandbox's hosted pages as tests use them: a sandbox of its own, a browser, and
// a look at a page that must hold in every way it can be looked at.

import assert from "node:assert/strict";
import { mkdir, readFile, readdir } from "node:fs/promises";
import http from "node:http";
import path from "node:path";

import { violations } from "./accessibility.mjs";
import { launch, openPage, overflowing } from "./browser.mjs";
import { Person } from "./programs.mjs";

/** Where pictures of the pages go, when somebody wants to look at them. */
const pictures = process.env.HOSTED_PICTURES;

/** Test cards: one that works, one that its bank confirms, one without funds, and a real-looking number. */
export const good = "4000 0566 5566 5556";
export const confirms = "4000 0000 0000 3220";
export const refused = "4000 0000 0000 9995";
export const unknown = "4539 1488 0343 6467";

/** Answers of 4xx are what a refused form gives; redirects may lead outside. */
const provoked = /answer 4\d\d|status of 4\d\d|request to 127\.0\.0\.1/;

/** A sandbox with its hosted pages, and a seller's site to come back to. */
export class Hosted {
  /** What the pages showed, for a scan at the end. */
  seen = [];
  /** The last path that was asked for at the seller's. */
  reached = null;

  static async open(scenario, flags = []) {
    const all = new Hosted();
    all.person = await Person.arrive();
    all.state = path.join(all.person.home, "state.json");
    const args = ["serve", "--scenario", scenario, "--state", all.state, ...flags];
    all.sandbox = await all.person.start("billfold-sandbox", args, { ready: /^\{.*\}$/m });
    all.says = JSON.parse(all.sandbox.match[0]);
    all.browser = await launch();
    all.seller = http.createServer((request, response) => {
      if (request.url !== "/favicon.ico") all.reached = request.url;
      response.setHeader("Content-Type", "text/html");
      response.end('<!doctype html><html lang="en"><title>Back</title><h1>Back at the seller</h1>');
    });
    await new Promise((resolve) => all.seller.listen(0, "127.0.0.1", resolve));
    if (pictures) await mkdir(pictures, { recursive: true });
    return all;
  }

  async close() {
    await this.browser?.close();
    this.seller?.close();
    await this.person?.leave();
  }

  get customer() {
    return this.says.customer;
  }

  /** An address at the seller's. */
  back(place) {
    return `http://127.0.0.1:${this.seller.address().port}${place}`;
  }

  async api(method, resource, fields) {
    return this.ask(method, `v1/${resource}`, fields);
  }

  async ask(method, resource, fields) {
    const answer = await fetch(`${this.says.url}/${resource}`, {
      method,
      headers: { Authorization: `Bearer ${this.says.api_key}` },
      body: fields && new URLSearchParams(fields),
    });
    const body = await answer.json();
    assert.ok(answer.ok, `${resource}: ${JSON.stringify(body)}`);
    return body;
  }

  async cards() {
    return (await this.api("GET", `payment_methods?customer=${this.customer}`)).data;
  }

  async plan() {
    return (await this.api("GET", `subscriptions?customer=${this.customer}`)).data[0];
  }

  /** Opens the customer portal by a new link. */
  async portal(fields = {}, options = {}) {
    const session = await this.api("POST", "billing_portal/sessions", { customer: this.customer, ...fields });
    return this.page(session.url, options);
  }

  page(address, options = {}) {
    return openPage(this.browser, address, { overlook: provoked, ...options });
  }

  /** An open invoice of 12.50 USD that is to be paid by hand. */
  async openInvoice() {
    const { id } = await this.api("POST", "invoices", { customer: this.customer, collection_method: "send_invoice", days_until_due: "14" });
    await this.api("POST", "invoiceitems", { customer: this.customer, invoice: id, currency: "usd", amount: "1250", description: "Extra credits" });
    return this.api("POST", `invoices/${id}/finalize`);
  }

  async typeCard(page, number) {
    await page.getByLabel("Card number").fill(number);
    await page.getByLabel("Expiry date").fill("09 / 31");
    await page.getByLabel("Security code").fill("123");
    await page.getByLabel("Name on the card").fill("Dana Whitfield");
    await page.getByLabel("Country").selectOption("US");
    await page.getByLabel("Postal code").fill("10013");
  }

  /** Everything a page must be, in every way it can be looked at. */
  async look(page, name) {
    for (const colorScheme of ["light", "dark"]) {
      for (const [width, height] of [[1100, 800], [720, 480], [390, 844]]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height });
        assert.deepEqual(await violations(page), [], `${name} in ${colorScheme} at ${width}`);
        assert.deepEqual(await overflowing(page), [], `${name} at ${width}`);
        if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: width !== 720 });
      }
    }
    await page.setViewportSize({ width: 320, height: 640 }); // what WCAG asks of reflow
    assert.deepEqual(await overflowing(page), [], `${name} at 320`);
    const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length, `${name} gives an id twice`);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1100, height: 800 });
    this.seen.push(await page.content());
  }

  async leave(page) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }

  /** Fails when a number that was typed is in a page, a file or what the program printed. */
  async holdsNoNumber(...numbers) {
    const files = [];
    for (const entry of await readdir(this.person.home, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(await readFile(path.join(entry.parentPath ?? entry.path, entry.name), "utf8"));
    }
    assert.ok(files.some((text) => text.includes('"link_key":')), "the state file was not looked at");
    for (const number of numbers) {
      const written = [number, number.replaceAll(" ", ""), number.replaceAll(" ", "+"), number.replaceAll(" ", "%20")];
      for (const text of [...files, ...this.seen, this.sandbox.errors]) {
        for (const form of written) assert.ok(!text.includes(form), "a card number was kept");
      }
    }
  }
}
