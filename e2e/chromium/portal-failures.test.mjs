// The portal cannot be had, in each way that happens: the window says which, keeps all that
// it shows, and offers what can be done.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { Visit, support } from "../visit.mjs";

describe("a portal that gives no link", () => {
  let visit, shown;

  before(async () => {
    visit = await Visit.open("active", { proxied: true });
    shown = await visit.page.getByTestId("section-subscription").innerText();
  });

  after(() => visit?.close());

  const ways = [
    ["offline", 0, /cannot be reached/, true],
    ["signed out", 401, /signed out/, true],
    ["not allowed", 403, /No access to the portal/, false],
    ["turned off by the merchant", 400, /does not offer this/, false],
    ["out of order", 503, /not available/, true],
  ];
  for (const [name, status, words, retry] of ways) {
    it(`because it is ${name}`, async () => {
      visit.proxy.status = status;
      await visit.page.getByTestId("manage").click();
      await visit.page.getByTestId("handoff-open").click();
      const strip = visit.strip("failed");
      await strip.waitFor({ timeout: 60_000 });
      const text = await strip.innerText();
      assert.match(text, words);
      assert.match(text, /Everything here stays as it was/);
      assert.ok(text.includes(support), text);
      assert.equal(await visit.page.getByTestId("section-subscription").innerText(), shown);
      assert.equal(await visit.page.getByTestId("handoff-retry").count(), retry ? 1 : 0);
      assert.deepEqual(await visit.links(), []);
      await visit.page.getByTestId("handoff-close").click();
      await strip.waitFor({ state: "detached" });
      await visit.leave();
    });
  }

  it("gives one to who tries again", async () => {
    visit.proxy.status = 503;
    await visit.page.getByTestId("manage").click();
    await visit.page.getByTestId("handoff-open").click();
    await visit.page.getByTestId("handoff-retry").waitFor({ timeout: 60_000 });
    visit.proxy.status = null;
    await visit.page.getByTestId("handoff-retry").click();
    await visit.strip("opened").waitFor();
    assert.equal((await visit.links()).length, 1);
    await visit.page.getByTestId("handoff-stop").click();
    await visit.leave();
  });
});

describe("a machine without a browser", () => {
  let visit;

  before(async () => {
    visit = await Visit.open("active", { opens: false });
  });

  after(() => visit?.close());

  it("gets the link to copy, once, and it is never shown", async () => {
    await visit.page.getByTestId("manage").click();
    await visit.page.getByTestId("handoff-open").click();
    const strip = visit.strip("could_not_open");
    await strip.waitFor();
    assert.match(await strip.innerText(), /No browser could be opened[\s\S]*Everything here stays as it was/);
    assert.ok((await strip.innerText()).includes(support));
    await visit.page.getByTestId("handoff-copy").click();
    await visit.page.getByTestId("handoff-copied").waitFor();
    const link = await visit.page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\//);
    assert.equal(await visit.page.getByTestId("handoff-copy").count(), 0);
    assert.ok(!(await visit.page.content()).includes(link));
    const tab = await visit.tab(link);
    await tab.getByRole("heading", { name: "Current plan" }).waitFor();
    await visit.leave();
  });
});

/** The vendor lets nobody cancel or add a card in the portal. */
async function turnOff(pages) {
  const { data } = await pages.api("GET", "billing_portal/configurations?limit=1");
  await pages.api("POST", `billing_portal/configurations/${data[0].id}`, {
    "features[subscription_cancel][enabled]": "false",
    "features[payment_method_update][enabled]": "false",
  });
}

describe("what the vendor does not offer", () => {
  it("has no button", async () => {
    const visit = await Visit.open("active", { prepare: turnOff });
    try {
      await visit.page.getByTestId("plan-change-plan").waitFor();
      assert.equal(await visit.page.getByTestId("plan-cancel").count(), 0);
      assert.equal(await visit.page.getByTestId("plan-change-plan").count(), 1);
      assert.equal(await visit.page.getByTestId("card-add").count(), 0);
      await visit.show("#/payment-methods", "payment-methods");
      assert.equal(await visit.page.getByTestId("add-card").count(), 0);
      assert.equal(await visit.page.getByTestId("portal-home").count(), 1);
      await visit.leave();
    } finally {
      await visit.close();
    }
  });
});
