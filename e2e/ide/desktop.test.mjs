// The extension opens the desktop window, on the screen that both are at.
//
//   scripts/on-a-screen.sh node --test e2e/ide/desktop.test.mjs

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { launch } from "../browser.mjs";
import { Person, root } from "../programs.mjs";
import { eventually } from "../webdriver.mjs";
import { Editor, billing, choose, command, endAllOf } from "./editor.mjs";
import { Desktop } from "./desktop.mjs";

const results = path.join(root, "e2e", "results");

describe("the extension beside a screen", () => {
  let person, desktop, editor, browser, page;

  before(async () => {
    mkdirSync(results, { recursive: true });
    person = await Person.arrive();
    await choose(person, "active");
    await person.ask(["sync", "--json"]);
    desktop = await Desktop.prepare(person);
    [editor, browser] = await Promise.all([Editor.start(person, desktop.editor), launch()]);
    page = await editor.open(browser);
    await billing(page).waitFor();
  });

  after(async () => {
    await browser?.close();
    await editor?.close();
    if (person) await endAllOf(person);
    await desktop?.leave();
    await person?.leave();
  });

  it("opens the desktop window at the plan by one click, and no page in the browser", async () => {
    await billing(page).click();
    const window = await desktop.window();
    await window.waitForText("Current Subscription");
    assert.equal(await window.run("() => location.hash"), "#/subscription");
    const text = await window.waitForText("Pro");
    assert.match(text, /Next invoice/);
    assert.equal(page.context().pages().length, 1);
    await promisify(execFile)("import", ["-window", "root", path.join(results, "ide-desktop.png")]);
  });

  it("shows another view in the same window by another command", async () => {
    const before = desktop.programs();
    await command(page, "Billing: Invoice History");
    const window = await desktop.window();
    const { invoices } = await person.ask(["invoices", "--json", "--offline"]);
    // The overview names its last invoices too.
    await eventually("the history is shown", async () => (await window.run("() => location.hash")) === "#/invoices");
    await window.waitForText(invoices[0].number);
    assert.deepEqual(desktop.programs(), before);
  });
});
