// Notifications on a real desktop: the program, a message bus and dunst, which is asked
// what it was given.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { Daemon, Desktop, emptyBus } from "../desktop.mjs";
import { Person, connectionTo, program } from "../programs.mjs";
import { eventually } from "../webdriver.mjs";

const usual = { off: [], renewal_days: [3], yearly_renewal_days: [14, 3], above: [] };

/** What the command tells another person of the same scenario, the gravest first. */
async function told(scenario) {
  const other = await Person.arrive();
  const { stdout } = await promisify(execFile)(program("billfold"), ["watch", "--once", "--json", "--sandbox", scenario], {
    env: other.environment,
  });
  await other.leave();
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The machine's locale decides how dollars are written. */
const dollars = String.raw`(\$|USD\s)21\.78`;

describe("notifications on the desktop", () => {
  let person, daemon, desktop;

  before(async () => {
    person = await Person.arrive();
    daemon = await Daemon.start(person);
  });

  after(async () => {
    await desktop?.close();
    await daemon?.stop();
    await person?.leave();
  });

  it("tell of a payment that failed, in a title and a sentence with the invoice and the card", async () => {
    desktop = await Desktop.open(person, ["--sandbox", "past-due"]);
    await eventually("it is shown", async () => (await daemon.count()) === 1);
    assert.equal(await desktop.call("NotificationWay"), "system");
    const [{ number }] = (await desktop.call("Standing")).owed_on;
    const [shown, ...more] = await daemon.putAway();
    assert.deepEqual(more, []);
    assert.match(shown.program, /^billfold-desktop/);
    assert.match(shown.title, new RegExp(`^A payment of ${dollars} did not go through$`));
    assert.equal(shown.body, `For Pro, invoice ${number}, from Visa •••• 4242. Billfold shows why, and what helps.`);
  });

  it("lead nowhere when they are put away", async () => {
    const hash = await desktop.window.run("() => location.hash");
    assert.ok(["", "#/"].includes(hash), `the window went to ${hash}`);
  });

  it("come once, also after a restart and another pull", async () => {
    await desktop.close();
    desktop = await Desktop.open(person, ["--sandbox", "past-due"]);
    await desktop.pull();
    assert.deepEqual(await desktop.call("Notifications"), [], "something is still to be told");
    assert.equal(await daemon.count(), 1);
  });

  it("come only of the kinds that are wanted", async () => {
    await desktop.call("SetNotificationSettings", { ...usual, off: ["confirmation_needed"] });
    await desktop.call("OpenScenario", "needs-confirmation");
    await desktop.pull();
    assert.deepEqual(await desktop.call("Notifications"), []);
    assert.equal(await daemon.count(), 1);
    await desktop.call("SetNotificationSettings", usual);
    await desktop.pull();
    await eventually("it is shown", async () => (await daemon.count()) === 2);
  });

  it("lead to the story of what happened when they are clicked", async () => {
    await daemon.click();
    await eventually("the window shows the story", () => desktop.window.run("() => location.hash === '#/standing'"));
    const [, shown] = await daemon.putAway();
    assert.match(shown.title, new RegExp(`^A payment of ${dollars} waits for you to confirm it$`));
  });

  const titles = { unpaid: /^Access to Pro is lost$/, trial: null, "two-subscriptions": /Build machines|did not go through/, active: null };
  for (const [scenario, title] of Object.entries(titles)) {
    it(`tell of ${scenario} as much as the command does`, async () => {
      const before = await daemon.count();
      const expected = await told(scenario);
      await desktop.call("OpenScenario", scenario);
      await desktop.pull();
      await eventually("all are shown", async () => (await daemon.count()) === before + expected.length);
      assert.deepEqual(await desktop.call("Notifications"), []);
      const shown = (await daemon.putAway()).slice(before);
      assert.equal(shown.length, expected.length);
      if (title) assert.match(shown[0].title, title);
    });
  }

  it("show a name as it is, and take nothing in it for markup", async () => {
    const body = '<b>Pro</b> & <a href="https://elsewhere.example">more</a>';
    await desktop.call("Notify", { key: "markup", title: "<i>Title</i>", body, link: "standing" });
    const shown = (await daemon.putAway()).at(-1);
    assert.equal(shown.title, "<i>Title</i>");
    assert.equal(shown.body, body.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });

  it("tell that it is paid, and that access is back", async () => {
    const sandbox = await person.startSandbox("past-due");
    const { args, environment } = connectionTo(sandbox);
    await desktop.close();
    const before = await daemon.count();
    desktop = await Desktop.open(person, args, environment);
    await eventually("the failure is told", async () => (await daemon.count()) === before + 1);
    const post = (resource, pairs) =>
      fetch(`${sandbox.says.url}/v1/${resource}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${sandbox.says.api_key}` },
        body: new URLSearchParams(pairs),
      }).then((answer) => answer.json());
    const card = await post("payment_methods/pm_card_mastercard/attach", { customer: sandbox.says.customer });
    const [{ id }] = (await desktop.call("Standing")).owed_on;
    const paid = await post(`invoices/${id}/pay`, { payment_method: card.id });
    assert.equal(paid.status, "paid");
    await desktop.pull();
    await eventually("the payment is told", async () => (await daemon.count()) === before + 2);
    await desktop.pull();
    const shown = await daemon.putAway();
    assert.equal(shown.length, before + 2);
    assert.match(shown.at(-1).title, new RegExp(`^Paid: ${dollars} for Pro$`));
  });
});

describe("notifications in German", () => {
  it("come in the language of the window", async () => {
    const person = await Person.arrive();
    const daemon = await Daemon.start(person);
    let desktop = await Desktop.open(person, ["--sandbox", "active"]);
    try {
      await desktop.call("SetPreferences", { ...(await desktop.call("Preferences")), language: "de" });
      await desktop.close();
      desktop = await Desktop.open(person, ["--sandbox", "past-due"]);
      await eventually("it is shown", async () => (await daemon.count()) === 1);
      const [shown] = await daemon.putAway();
      assert.match(shown.title, /^Eine Zahlung über 21,78\s(\$|USD) ist nicht durchgegangen$/);
      assert.match(shown.body, /Rechnung \S+, von Visa •••• 4242/);
    } finally {
      await desktop.close();
      await daemon.stop();
      await person.leave();
    }
  });
});

describe("where nobody shows notifications", () => {
  it("nothing is told, and it comes once somebody does", async () => {
    const person = await Person.arrive();
    const bus = await emptyBus(person);
    const environment = { DBUS_SESSION_BUS_ADDRESS: bus.address };
    const desktop = await Desktop.open(person, ["--sandbox", "past-due"], environment);
    let daemon;
    try {
      await desktop.pull();
      assert.equal(await desktop.call("NotificationWay"), "none");
      daemon = await Daemon.start(person, { ...person.environment, ...environment });
      assert.equal(await daemon.count(), 0);
      await desktop.pull();
      await eventually("it is shown", async () => (await daemon.count()) === 1);
    } finally {
      await desktop.close();
      await daemon?.stop();
      await bus.stop();
      await person.leave();
    }
  });

  it("no bus at all is no trouble, and leaves no process behind", async () => {
    const person = await Person.arrive();
    delete person.environment.DBUS_SESSION_BUS_ADDRESS;
    const desktop = await Desktop.open(person, ["--sandbox", "past-due"]);
    try {
      await desktop.pull();
      assert.equal(await desktop.call("NotificationWay"), "none");
      await desktop.window.waitForText("did not go through");
      assert.deepEqual(await desktop.call("SyncState").then(({ problem }) => problem), null);
    } finally {
      await desktop.close();
    }
    await eventually("all processes have ended", () => processesOf(person).length === 0);
    await person.leave();
  });
});

/** The processes that were started with a person's home. */
function processesOf(person) {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${person.home}\0`);
    } catch {
      return false; // it has just ended, or is another person's
    }
  });
}
