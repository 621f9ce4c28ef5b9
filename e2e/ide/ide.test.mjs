// The extension in a real VS Code, in a real browser: what a subscriber sees of it.
//
//   node --test e2e/ide/ide.test.mjs

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { launch } from "../browser.mjs";
import { Person, root } from "../programs.mjs";
import { Editor, billing, choose, command, endAllOf, place } from "./editor.mjs";

const results = path.join(root, "e2e", "results");

/** The status of an account that is not in good standing has an exit code of its own. */
const status = (person, scenario) =>
  person.ask(["status", "--json", "--sandbox", scenario]).catch(({ stdout }) => JSON.parse(stdout));

/** The part of the page that a notification is in. */
const toasts = (page) => page.locator(".notification-toast", { hasText: "did not go through" });

describe("the extension in VS Code, in a browser", () => {
  let person, editor, browser, page, known;

  before(async () => {
    mkdirSync(results, { recursive: true });
    person = await Person.arrive();
    await choose(person, "active");
    [editor, browser] = await Promise.all([Editor.start(person), launch()]);
    page = await editor.open(browser);
    await billing(page).waitFor();
    known = await status(person, "active");
  });

  after(async () => {
    await browser?.close();
    await editor?.close();
    if (person) await endAllOf(person);
    await person?.leave();
  });

  it("shows the plan of the sandbox, and no colour while all is well", async () => {
    const [{ plan }] = known.subscriptions;
    await billing(page).getByText(`${plan} (sandbox)`).waitFor();
    assert.match(await billing(page).getByRole("button").getAttribute("aria-label"), /^Billing: Pro \(sandbox\)\. .*Everything is in order\./);
    assert.equal(await background(page), "");
    assert.equal(await toasts(page).count(), 0);
  });

  it("opens Billfold at the plan, in a browser that reaches it through the editor", async () => {
    const [billfold] = await Promise.all([page.context().waitForEvent("page"), command(page, "Billing: Manage Plan")]);
    await billfold.locator('[data-testid="plan-details"]').waitFor();
    const text = await billfold.locator("body").innerText();
    assert.ok(text.includes(known.subscriptions[0].plan), text);
    assert.ok(new URL(billfold.url()).origin === new URL(editor.address).origin, "through the editor's own address");
    assert.doesNotMatch(billfold.url(), /token/);
    await billfold.screenshot({ path: path.join(results, "ide-manage-plan.png") });
    await billfold.close();
  });

  it("opens the invoices from the palette, in the Billfold that runs already", async () => {
    const [billfold] = await Promise.all([page.context().waitForEvent("page"), command(page, "Billing: Invoice History")]);
    const { invoices } = await person.ask(["invoices", "--json", "--offline"]);
    await billfold.getByText(invoices[0].number).first().waitFor();
    await billfold.close();
  });

  it("lists the account in the Accounts menu", async () => {
    await page.locator('.activitybar [aria-label="Accounts"], .action-label[aria-label="Accounts"]').first().click();
    const account = page.getByRole("menuitem", { name: `Sandbox · ${known.subscriptions[0].plan} (Billfold)` });
    await account.waitFor();
    await page.screenshot({ path: path.join(results, "ide-account.png") });
    await page.keyboard.press("Escape");
  });

  it("copies the support summary", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await command(page, "Billing: Copy Support Summary");
    await page.getByText("The support summary is on the clipboard").first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /Pro/);
    assert.doesNotMatch(copied, /https?:\/\//);
    await page.keyboard.press("Escape");
  });

  it("turns when a payment fails, and tells exactly once", async () => {
    await choose(person, "past-due");
    await promisify(execFile)(path.join(root, "bin", "billfold"), ["sync"], { env: person.environment });
    await billing(page).getByText("Pro (sandbox): Access probably lost").waitFor();
    await toasts(page).waitFor();
    assert.equal(await toasts(page).count(), 1);
    assert.notEqual(await background(page), "");
    await page.screenshot({ path: path.join(results, "ide-past-due-light.png") });
    await command(page, "Preferences: Toggle between Light/Dark Themes");
    await page.locator(".monaco-workbench.vs-dark").waitFor();
    assert.notEqual(await background(page), "");
    await page.screenshot({ path: path.join(results, "ide-past-due-dark.png") });
    // Another sync of the same is no news.
    await promisify(execFile)(path.join(root, "bin", "billfold"), ["sync"], { env: person.environment });
    await page.reload();
    await billing(page).getByText("Pro (sandbox): Access probably lost").waitFor();
    // What comes after it is told, and it is not.
    await command(page, "Billing: Copy Support Summary");
    await page.getByText("The support summary is on the clipboard").first().waitFor();
    assert.equal(await toasts(page).count(), 0);
  });

  it("leads from the status bar to the reason", async () => {
    const [billfold] = await Promise.all([page.context().waitForEvent("page"), billing(page).click()]);
    await billfold.getByText("How your account stands").first().waitFor();
    await billfold.close();
  });

  it("says once that Billfold is gone, and shows how to get it", async () => {
    await editor.set({ "billfold.path": "/nowhere/billfold" });
    await rm(path.join(person.environment.XDG_STATE_HOME, "billfold"), { recursive: true });
    await page.reload();
    await billing(page).getByText("Billfold not found").waitFor();
    const told = page.locator(".notification-toast", { hasText: "Billfold is not installed here" });
    await told.getByRole("button", { name: "Get Billfold" }).click();
    await page.getByText("Your subscription, from the editor").first().waitFor();
    await page.getByText("Ask whoever sells your subscription for it").first().waitFor();
    await page.screenshot({ path: path.join(results, "ide-walkthrough.png") });
  });

  it("says in no log where Billfold was opened", async () => {
    const logs = await editor.logs();
    assert.ok(logs.length > 1000, "there are logs");
    assert.doesNotMatch(logs, /token=/);
  });
});

/** The colour behind the item, "" for that of the whole bar. */
async function background(page) {
  return billing(page).evaluate((item) => {
    const { backgroundColor } = getComputedStyle(item);
    return backgroundColor === "rgba(0, 0, 0, 0)" ? "" : backgroundColor;
  });
}

describe("the extension in an editor that has a name of its own", () => {
  const host = "editor.example";
  let person, editor, browser;

  after(async () => {
    await browser?.close();
    await editor?.close();
    if (person) await endAllOf(person);
    await person?.leave();
  });

  it("opens Billfold under that name, over HTTPS", async () => {
    person = await Person.arrive();
    await choose(person, "active");
    await person.ask(["sync", "--json"]);
    [editor, browser] = await Promise.all([Editor.start(person, { host }), launch([`--host-resolver-rules=MAP ${host} 127.0.0.1`])]);
    const page = await editor.open(browser);
    await billing(page).waitFor();
    const [billfold] = await Promise.all([page.context().waitForEvent("page"), billing(page).click()]);
    await billfold.locator('[data-testid="plan-details"]').waitFor();
    assert.equal(new URL(billfold.url()).origin, new URL(editor.address).origin);
  });
});

describe("what a fork's core adds", () => {
  it("fits the types of VS Code's core", async () => {
    const person = await Person.arrive();
    const vs = path.join(place(), "vs");
    const commands = "vs/platform/commands/common/commands";
    const compilerOptions = {
      ...{ target: "ES2022", module: "ESNext", moduleResolution: "bundler", lib: ["ES2024", "DOM"], types: [] },
      ...{ strict: true, skipLibCheck: true, noEmit: true },
      // The package keeps the names of services in files of their own.
      paths: { [`${commands}.js`]: [path.join(place(), `${commands}.service.d.ts`)], "vs/*": [`${vs}/*`] },
    };
    const files = [path.join(root, "docs", "ide", "managePlan.contribution.ts")];
    const project = path.join(person.home, "tsconfig.json");
    await writeFile(project, JSON.stringify({ compilerOptions, files }));
    await promisify(execFile)(path.join(root, "extension", "node_modules", ".bin", "tsc"), ["-p", project]).catch(({ stdout }) =>
      assert.fail(stdout),
    );
    await person.leave();
    assert.match(await readFile(files[0], "utf8"), /MenuId\.AccountsContext/);
  });
});
