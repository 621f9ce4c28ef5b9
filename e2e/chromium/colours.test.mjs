// A vendor's colour is the window's from its first paint on, and can be read in light
// and in dark, even where the vendor chose one that could not.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { violations } from "../accessibility.mjs";
import { go, launch, openPage } from "../browser.mjs";
import { Person } from "../programs.mjs";

const pictures = process.env.BILLFOLD_PICTURES;
const accent = process.env.BILLFOLD_ACCENT ?? "#ffe600"; // to be looked at in others

describe("a vendor's colour", () => {
  let person, browser, page, says;

  before(async () => {
    person = await Person.arrive();
    const file = path.join(person.home, "vendor.json");
    const vendor = await person.start("billfold-sandbox", ["serve", "--scenario", "past-due", "--vendor-file", file], {
      ready: /^\{.*\}$/m,
    });
    says = JSON.parse(vendor.match[0]);
    const written = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...written, colours: { accent } }));
    const web = await person.startBrowserMode(["--vendor", file]);
    browser = await launch();
    page = await openPage(browser, web.address, { viewport: { width: 1100, height: 760 } });
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  const strongButton = () =>
    page.locator(".button.strong").first().evaluate((button) => {
      const { backgroundColor, color } = getComputedStyle(button);
      return { backgroundColor, color };
    });

  async function signIn() {
    await page.getByTestId("signin-device").click();
    const code = await page.getByTestId("signin-code").innerText();
    const device = await browser.newPage();
    await device.goto(`${says.issuer}/device`);
    await device.fill("input[name=user_code]", code);
    await device.getByRole("button", { name: "Go on" }).click();
    await device.getByRole("button", { name: /Dana Whitfield/ }).click();
    await device.getByRole("heading", { name: "You are signed in" }).waitFor();
    await device.close();
    await page.getByTestId("section-subscription").getByText("Pro").first().waitFor();
  }

  it("is on the first page that somebody sees, darker where it must be read on paper", async () => {
    await page.getByRole("heading", { name: "Sign in at Sandbox" }).waitFor();
    const { backgroundColor, color } = await strongButton();
    const [red, green, blue] = backgroundColor.match(/\d+/g).map(Number);
    assert.ok(red > blue && green > blue && red < 200, `${backgroundColor} is not a dark yellow`);
    assert.equal(color, "rgb(255, 255, 255)");
    assert.deepEqual(await violations(page), []);
  });

  it("can be read on every view, in light and in dark", async () => {
    await signIn();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const hash of ["#/", "#/subscription", "#/payment-methods", "#/invoices", "#/settings"]) {
        await go(page, hash);
        assert.deepEqual(await violations(page), [], `${hash} in ${colorScheme}`);
        if (pictures) await page.screenshot({ path: path.join(pictures, `colours-${colorScheme}-${hash.slice(2) || "overview"}.png`) });
      }
    }
  });

  it("can be read in a dialog, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await go(page, "#/invoices");
      await page.getByTestId("export").click();
      await page.getByTestId("export-start").waitFor();
      assert.deepEqual(await violations(page), [], colorScheme);
      if (pictures) await page.screenshot({ path: path.join(pictures, `colours-${colorScheme}-dialog.png`) });
      await page.keyboard.press("Escape");
      await page.getByTestId("export-start").waitFor({ state: "detached" });
    }
  });

  it("gives way to more contrast, and to the colours that the system forces", async () => {
    const own = { light: "rgb(31, 79, 191)", dark: "rgb(143, 176, 255)" };
    const forced = [];
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, contrast: "more", reducedMotion: "reduce" });
      assert.equal((await strongButton()).backgroundColor, own[colorScheme]);
      assert.deepEqual(await violations(page), [], colorScheme);
      await page.emulateMedia({ colorScheme, contrast: null, forcedColors: "active", reducedMotion: "reduce" });
      forced.push((await strongButton()).backgroundColor);
      await page.emulateMedia({ contrast: null, forcedColors: null });
    }
    assert.deepEqual(forced, ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
  });

  it("is the vendor's own where it can be read as it is", async () => {
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    assert.equal((await strongButton()).backgroundColor, "rgb(255, 230, 0)");
    assert.equal((await strongButton()).color, "rgb(0, 0, 0)");
    assert.deepEqual(page.faults, []);
  });
});
