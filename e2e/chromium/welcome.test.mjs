// What a first run shows when nobody has said what to: once, and out of the way with
// one click.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { violations } from "../accessibility.mjs";
import { launch, openPage, overflowing, settled } from "../browser.mjs";
import { Person } from "../programs.mjs";

const pictures = process.env.HOSTED_PICTURES;

describe("the welcome", () => {
  let person, browser;

  before(async () => {
    person = await Person.arrive();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  it("offers every scenario, by keyboard and in every window, and opens the one chosen", async () => {
    const web = await person.startBrowserMode([]);
    const page = await openPage(browser, web.address, { viewport: { width: 1100, height: 760 } });
    await page.getByRole("heading", { name: "Welcome to Billfold" }).waitFor();
    const count = await page.getByTestId("welcome").getByRole("listitem").count();
    assert.ok(count >= 22, `${count} scenarios`);
    for (const colorScheme of ["light", "dark"]) {
      for (const [width, height] of [[1100, 760], [720, 480], [390, 844]]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height });
        assert.deepEqual(await violations(page), [], `${colorScheme} at ${width}`);
        assert.deepEqual(await overflowing(page), [], `at ${width}`);
        if (!pictures) continue;
        await mkdir(pictures, { recursive: true });
        await page.screenshot({ path: path.join(pictures, `welcome-${colorScheme}-${width}.png`) });
      }
    }
    await page.setViewportSize({ width: 1100, height: 760 });
    await page.getByRole("button", { name: /^past-due / }).focus();
    await page.keyboard.press("Enter");
    await settled(page);
    await page.getByTestId("identity").getByText("Sandbox · past-due").waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
    await person.endAll();
  });

  it("is not shown again", async () => {
    const web = await person.startBrowserMode([]);
    const page = await openPage(browser, web.address);
    await settled(page);
    assert.equal(await page.getByTestId("welcome").count(), 0);
    await page.context().close();
    await person.endAll();
  });

  it("is not shown to who has named a scenario", async () => {
    const other = await Person.arrive();
    try {
      const web = await other.startBrowserMode(["--sandbox", "active"]);
      const page = await openPage(browser, web.address);
      await settled(page);
      assert.equal(await page.getByTestId("welcome").count(), 0);
      await page.context().close();
    } finally {
      await other.leave();
    }
  });
});
