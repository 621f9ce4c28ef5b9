// The pages that steer the sandbox: the clock, faults, webhooks, and what would be mailed.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Hosted } from "../hosted.mjs";

describe("sandbox control", () => {
  let pages;

  before(async () => {
    pages = await Hosted.open("active");
  });

  after(() => pages?.close());

  const invoices = async () => (await pages.api("GET", `invoices?customer=${pages.customer}&limit=100`)).data;

  it("moves the clock, and the renewal is there", async () => {
    const page = await pages.page(`${pages.says.url}/_sandbox/`);
    await page.getByRole("heading", { name: "Control" }).waitFor();
    await pages.look(page, "control");
    const before = await invoices();
    await page.getByRole("button", { name: "31 days" }).click();
    await page.getByText("31 days ahead of the world outside").waitFor();
    const after = await invoices();
    assert.equal(after.length, before.length + 1);
    assert.deepEqual([after[0].billing_reason, after[0].status], ["subscription_cycle", "paid"]);
    await pages.leave(page);
  });

  it("shows the letters that came of it, and leads to the page one speaks of", async () => {
    const page = await pages.page(`${pages.says.url}/_sandbox/`);
    await page.getByRole("link", { name: "Outbox" }).first().click();
    const [{ number }] = await invoices();
    const letter = page.getByRole("article").filter({ hasText: `Your receipt for invoice ${number}` });
    await letter.getByText("Hello Dana Whitfield").waitFor();
    await pages.look(page, "outbox");
    await letter.getByRole("link", { name: "Open the page" }).click();
    await page.getByText(/^Paid on/).waitFor();
    await pages.leave(page);
  });

  it("makes answers go wrong, and right again", async () => {
    const page = await pages.page(`${pages.says.url}/_sandbox/`);
    const status = async () =>
      (await fetch(`${pages.says.url}/v1/invoices`, { headers: { Authorization: `Bearer ${pages.says.api_key}` } })).status;
    await page.getByLabel("Endpoint").fill("GET /v1/invoices");
    await page.getByLabel("What happens").fill("429,retry-after=2");
    await page.getByLabel("How often").fill("1");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("1 more").waitFor();
    await pages.look(page, "control-fault");
    assert.deepEqual([await status(), await status()], [429, 200]);
    await page.getByLabel("What happens").fill("500");
    await page.getByRole("button", { name: "Add" }).click();
    assert.equal(await status(), 500);
    await page.getByRole("button", { name: "Take all away" }).click();
    assert.equal(await status(), 200);
    await pages.leave(page);
  });

  it("lets events come out of order, and in order again", async () => {
    const page = await pages.page(`${pages.says.url}/_sandbox/`);
    await page.getByRole("button", { name: "Out of order and twice" }).click();
    await page.getByText("Events come out of order and twice.").waitFor();
    await page.getByRole("button", { name: "Once and in order" }).click();
    await page.getByText("Events come once and in order.").waitFor();
    await pages.leave(page);
  });
});
