// The real window, through WebKitWebDriver: the desktop program with WebKitGTK,
// its own embedded sandbox and its own cache. Run it on a screen:
//
//   scripts/on-a-screen.sh node --test e2e/window/*.test.mjs

import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { launch } from "../browser.mjs";
import { decimal, shownDates } from "../figures.mjs";
import { Hosted, good } from "../hosted.mjs";
import { Person, endProcess, program, root } from "../programs.mjs";
import { Window, eventually } from "../webdriver.mjs";

const results = path.join(root, "e2e", "results");

describe("the window", () => {
  let person, window, pid, status, links;

  before(async () => {
    mkdirSync(results, { recursive: true });
    person = await Person.arrive();
    // The driver does not tell which process it started.
    const told = path.join(person.home, "pid");
    const launcher = path.join(person.home, "launch");
    await writeFile(launcher, `#!/bin/sh\necho $$ >"${told}"\nexec "${program("billfold-desktop-e2e")}" "$@"\n`);
    await chmod(launcher, 0o700);
    // The person's browser writes down where it is to go.
    links = path.join(person.home, "links");
    const browser = path.join(person.home, "browser");
    await writeFile(browser, `#!/bin/sh\necho "$1" >>"${links}"\n`);
    await chmod(browser, 0o700);
    window = await Window.open(launcher, [], { ...person.environment, BROWSER: browser });
    pid = Number(readFileSync(told, "utf8"));
    await window.waitForText("Welcome to Billfold"); // nothing was chosen yet
    await window.click('[data-testid="welcome"] button');
    await window.waitForText("Current Subscription");
    await eventually("the first pull ends", async () => {
      const state = await window.run("() => window.go.main.App.SyncState()");
      return !state.running && state.synced_at > 0;
    });
    // The window's sandbox keeps its state in the data folder, so that the command
    // sees the same account.
    status = await person.ask(["status", "--json"]);
  });

  after(async () => {
    if (pid) await endProcess(pid);
    await window?.close();
    await person?.leave();
  });

  it("shows the plan, the next bill and an invoice of the sandbox", async () => {
    const [subscription] = status.subscriptions;
    const text = await window.waitForText(subscription.plan);
    const { at, amount, currency } = subscription.next_billing;
    assert.ok(text.includes(decimal(amount, currency)), `the next bill of ${amount} is not in:\n${text}`);
    assert.ok(shownDates(at).some((date) => text.includes(date)), `the date ${shownDates(at)} is not in:\n${text}`);
    const { invoices } = await person.ask(["invoices", "--json"]);
    await window.waitForText(invoices[0].number);
    await photograph("window-overview.png");
  });

  it("runs under the strict content security policy", async () => {
    const policy = await window.run("async () => (await fetch('/')).headers.get('Content-Security-Policy')");
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /object-src 'none'/);
  });

  it("opens the invoice history by a click", async () => {
    await window.click('[data-testid="section-invoice-history"] a[href="#/invoices"]');
    const { invoices } = await person.ask(["invoices", "--json"]);
    await eventually("the list shows the first and a later invoice", async () => {
      const text = await window.run("() => document.body.innerText");
      return text.includes(invoices[0].number) && text.includes(invoices[8].number);
    });
    await photograph("window-invoices.png");
  });

  it("leads to the portal for a card, and tells what changed when the browser comes back", async () => {
    await window.run("() => { location.hash = '#/payment-methods' }");
    await window.waitForText("Saved payment methods");
    await window.click('[data-testid="add-card"]');
    await window.waitForText("You are going to 127.0.0.1");
    await photograph("window-handoff.png");
    await window.click('[data-testid="handoff-open"]');
    await window.waitForText("Go on in your browser");
    const [link] = (await readFile(links, "utf8")).split("\n");
    await window.click('[data-testid="handoff-copy"]');
    await window.waitForText("Copied");
    const page = await window.run("() => document.documentElement.outerHTML");
    assert.ok(!page.includes(link), "the link is on the page");
    const browser = await launch();
    try {
      const tab = await browser.newPage();
      await tab.goto(link);
      await Hosted.prototype.typeCard(tab, good);
      await tab.getByRole("button", { name: "Add card" }).click();
      await tab.getByText("You can close this tab").waitFor();
    } finally {
      await browser.close();
    }
    await window.waitForText("Visa •••• 5556 was added.");
    await eventually("the new card is in the list", () =>
      window.run("() => document.querySelectorAll('[data-testid=\"method\"]').length === 2"),
    );
    await photograph("window-card-added.png");
    await window.click('[data-testid="handoff-close"]');
  });

  it("shows what went wrong with a call in words", async () => {
    await window.run("() => { location.hash = '#/invoices/in_nobody' }");
    const notice = await eventually("a notice is there", () =>
      window.run("() => document.querySelector('[data-testid=\"notice\"]')?.dataset.code"),
    );
    assert.equal(notice, "not_found");
  });

  it("takes over from a second start, which ends well", async () => {
    const second = await promisify(execFile)(program("billfold-desktop"), ["billing-information"], {
      env: person.environment,
      timeout: 20_000,
    });
    assert.equal(second.stderr, "");
    await eventually("the window goes where the second start pointed", () =>
      window.run("() => location.hash.includes('billing-information')"),
    );
    assert.ok(statSync(`/proc/${pid}`).isDirectory(), "the first start still runs");
  });
});

describe("the released program", () => {
  it("cannot be steered", () => {
    const symbol = "webkit_web_view_new_with_user_content_manager";
    const defines = (name) => {
      const { stdout, status } = spawnSync("readelf", ["--dyn-syms", "--wide", program(name)], { encoding: "utf8" });
      assert.equal(status, 0);
      const line = stdout.split("\n").find((one) => one.includes(symbol));
      assert.ok(line, `${name} does not mention ${symbol}: does Wails make its view in another way now?`);
      return !line.includes(" UND ");
    };
    assert.equal(defines("billfold-desktop"), false);
    assert.equal(defines("billfold-desktop-e2e"), true, "the check would notice");
  });

  it("says in a sentence that there is no display", async () => {
    const person = await Person.arrive();
    const { DISPLAY: _, ...environment } = person.environment;
    const { status, stderr } = spawnSync(program("billfold-desktop"), [], { env: environment, encoding: "utf8" });
    await person.leave();
    assert.equal(status, 1);
    assert.match(stderr, /There is no display here.*billfold web/);
  });

  it("tells its version and its flags", () => {
    const run = (flag) => execFileSync(program("billfold-desktop"), [flag], { encoding: "utf8" });
    assert.match(run("--version"), /^billfold-desktop \S+/);
    assert.match(run("--help"), /--sandbox/);
  });
});

/** A picture of the whole screen; the driver's own hangs on some pages. */
async function photograph(name) {
  const file = path.join(results, name);
  execFileSync("import", ["-window", "root", file]);
  assert.ok(statSync(file).size > 5_000, `${name} is an empty picture`);
}
