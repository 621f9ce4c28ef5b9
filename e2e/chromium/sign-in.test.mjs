// Signing in from the window: by a code on another device, as two people, switching
// and signing out, at the sandbox's own vendor behind the real gateway.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { launch, openPage } from "../browser.mjs";
import { Person } from "../programs.mjs";

const pictures = process.env.BILLFOLD_PICTURES;

describe("sign-in in the window", () => {
  let person, browser, page, says;

  before(async () => {
    person = await Person.arrive();
    const file = path.join(person.home, "vendor.json");
    const vendor = await person.start("billfold-sandbox", ["serve", "--scenario", "active", "--vendor-file", file], {
      ready: /^\{.*\}$/m,
    });
    says = JSON.parse(vendor.match[0]);
    const merchant = await fetch(`${says.url}/v1/customers`, {
      method: "POST",
      headers: { authorization: `Bearer ${says.api_key}` },
      body: new URLSearchParams({ name: "Bob Quill", email: "bob@example.com" }),
    });
    assert.equal(merchant.status, 200);
    const web = await person.startBrowserMode(["--vendor", file]);
    browser = await launch();
    page = await openPage(browser, web.address);
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const picture = async (of, name) => {
    if (pictures) await of.screenshot({ path: path.join(pictures, `${name}.png`) });
  };

  /** Enters the code that the window shows on another device, as somebody. */
  async function enterCode(name) {
    const code = await page.getByTestId("signin-code").innerText();
    const device = await browser.newPage();
    await device.goto(`${says.issuer}/device`);
    await device.fill("input[name=user_code]", code);
    await device.getByRole("button", { name: "Go on" }).click();
    await picture(device, "issuer");
    await device.getByRole("button", { name }).click();
    await device.getByRole("heading", { name: "You are signed in" }).waitFor();
    await device.close();
  }

  const shown = (name) => page.getByTestId("identity").getByText(name).first().waitFor();

  it("begins with it while nobody is", async () => {
    await page.getByRole("heading", { name: "Sign in at Sandbox" }).waitFor();
    await picture(page, "signed-out");
    await page.getByTestId("signin-device").click();
    await page.getByTestId("signin-code").waitFor();
    await picture(page, "signin-code");
    await enterCode(/Dana Whitfield/);
    await shown("Dana Whitfield");
    await page.getByTestId("section-subscription").getByText("Pro").first().waitFor();
  });

  it("adds a second account, whose billing is its own", async () => {
    await page.evaluate(() => void (location.hash = "#/settings"));
    await page.getByTestId("signin-device").click();
    await enterCode(/Bob Quill/);
    await shown("Bob Quill");
    assert.equal(await page.getByText("Dana Whitfield").count(), 0);
  });

  it("switches, and signs out", async () => {
    await page.evaluate(() => void (location.hash = "#/settings"));
    assert.equal(await page.getByTestId("account").count(), 2);
    await picture(page, "accounts");
    await page.getByTestId("switch").click();
    await shown("Dana Whitfield");
    await page.evaluate(() => void (location.hash = "#/settings"));
    await page.getByTestId("sign-out").click();
    await picture(page, "sign-out");
    await page.getByTestId("signout-confirm").click();
    await shown("Bob Quill");
    await page.evaluate(() => void (location.hash = "#/settings"));
    await page.getByTestId("sign-out").click();
    await page.getByTestId("signout-confirm").click();
    await page.getByRole("heading", { name: "Sign in at Sandbox" }).waitFor();
    assert.deepEqual(page.faults, []);
  });
});
