// From the window to the hosted pages in the next tab and back: what was done there is told
// here, in words, and nothing of a card stays.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { confirms, good } from "../hosted.mjs";
import { Visit } from "../visit.mjs";

describe("a card", () => {
  let visit;

  before(async () => {
    visit = await Visit.open("active");
  });

  after(() => visit?.close());

  const saved = () => visit.page.getByTestId("method");

  it("is added after saying where one goes and why", async () => {
    await visit.show("#/payment-methods", "payment-methods");
    assert.equal(await saved().count(), 1);
    await visit.page.getByTestId("add-card").click();
    assert.match(await visit.page.getByTestId("handoff-host").innerText(), /127\.0\.0\.1/);
    assert.match(await visit.page.getByTestId("handoff-why").innerText(), /never here/);
    await visit.page.keyboard.press("Escape");
    const tab = await visit.go("add-card");
    assert.match(await visit.strip("opened").innerText(), /127\.0\.0\.1 has opened/);
    await visit.addCard(tab, good);
    await visit.back(tab);
    const told = await visit.changed();
    assert.match(told, /2 things changed/);
    assert.match(told, /Visa •••• 5556 was added/);
    assert.match(told, /Visa •••• 5556 is your default/);
    await saved().nth(1).waitFor();
    assert.match(await saved().first().innerText(), /5556[\s\S]*Charged next[\s\S]*Default/);
    await visit.page.getByTestId("handoff-close").click();
    await visit.strip("changed").waitFor({ state: "detached" });
    await visit.leave();
  });

  it("is added after the bank has confirmed it", async () => {
    const tab = await visit.go("add-card");
    await visit.addCard(tab, confirms);
    await tab.getByRole("button", { name: "Complete" }).click();
    await visit.back(tab);
    assert.match(await visit.changed(), /•••• 3220 was added/);
    assert.equal(await saved().count(), 3);
    await visit.page.getByTestId("handoff-close").click();
  });

  it("can be made the default here, without a card form", async () => {
    const old = saved().filter({ hasText: "4242" });
    await old.getByTestId("make-default").click();
    await old.getByText("Default", { exact: true }).waitFor();
    const customer = await visit.pages.api("GET", `customers/${visit.pages.customer}`);
    const cards = await visit.pages.cards();
    assert.equal(cards.find(({ id }) => id === customer.invoice_settings.default_payment_method).card.last4, "4242");
    await visit.leave();
  });

  it("never reaches the window, a file, a log or a request of ours", async () => {
    const numbers = [good, confirms].flatMap((number) => [number, number.replaceAll(" ", ""), number.replaceAll(" ", "+"), number.replaceAll(" ", "%20")]);
    await visit.holdsNone([...numbers, "cvc", '"123"', ...(await visit.links())], "5556");
  });
});

describe("a card that the bank did not confirm", () => {
  let failing, leaving;

  before(async () => {
    [failing, leaving] = await Promise.all([Visit.open("active"), Visit.open("active")]);
  });

  after(() => Promise.all([failing?.close(), leaving?.close()]));

  // What changed is looked for during two minutes: both wait side by side.
  it("is not saved, and the window says so, whether it was refused or left", async () => {
    const refused = async () => {
      const tab = await failing.go("card-add");
      await failing.addCard(tab, confirms);
      await tab.getByRole("button", { name: "Fail" }).click();
      await tab.getByText("could not confirm").waitFor();
      await tab.getByRole("link", { name: /Return|Back to|Cancel/ }).first().click();
      await failing.back(tab);
      await failing.strip("checking").waitFor();
      return failing;
    };
    const abandoned = async () => {
      const tab = await leaving.go("card-add");
      await leaving.addCard(tab, confirms);
      await tab.getByRole("heading", { name: "Confirm it is you" }).waitFor();
      await tab.close(); // and never comes back
      await leaving.page.getByTestId("handoff-done").click();
      await leaving.strip("checking").waitFor();
      return leaving;
    };
    const told = async (visit) => {
      await visit.strip("nothing_yet").waitFor({ timeout: 180_000 });
      assert.match(await visit.strip("nothing_yet").innerText(), /Nothing has changed yet[\s\S]*your bank did not confirm it, nothing was saved/);
      assert.equal((await visit.pages.cards()).length, 1);
      await visit.leave();
    };
    await Promise.all([refused().then(told), abandoned().then(told)]);
  });

  it("can be entered after all, and is seen by the next look", async () => {
    await leaving.page.getByTestId("handoff-again").click();
    await leaving.strip("opened").waitFor();
    const tab = await leaving.tab((await leaving.links()).at(-1));
    await leaving.addCard(tab, good);
    await leaving.back(tab);
    assert.match(await leaving.changed(), /5556 was added/);
    await leaving.leave();
  });
});
