// Links and second starts on a screen: xdg-open, billfold open, and one window.
// The window asks a sandbox over a proxy that writes down what passes. Run it on a
// screen:
//
//   scripts/on-a-screen.sh node --test e2e/window/open.test.mjs

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { Screen, windowsCalled } from "../screen.mjs";
import { Person, endProcess, program, root } from "../programs.mjs";
import { Proxy } from "../proxy.mjs";
import { Window, eventually } from "../webdriver.mjs";

const run = promisify(execFile);

/** What a link may name. */
const views = JSON.parse(readFileSync(path.join(root, "backend/deeplink/testdata/views.json"), "utf8"));

/** What somebody might have others click. */
const hostile = [
  "billfold://pay",
  "billfold://billing-information/edit",
  "billfold://--url=http://127.0.0.1:1",
  "billfold://overview --url=http://127.0.0.1:1",
  "billfold://invoices/../settings",
  "billfold://invoices/%2e%2e",
  "billfold://evil@invoices",
  "billfold://invoices?open=settings",
  "billfold://invoices/$(id)",
  `billfold://${"a".repeat(10_000)}`,
  "billfold:invoices",
];

describe("links and second starts", () => {
  let person, screen, sandbox, proxy, window, invoices;
  const asked = [];

  const hash = () => window.run("() => location.hash");
  const shows = (wanted) => eventually(`the window is at ${wanted}`, async () => (await hash()) === wanted);
  const writes = () => asked.filter(({ method }) => method !== "GET");
  const exitOfTheFirst = () => path.join(person.home, "exit");
  const isThere = (pid) => existsSync(`/proc/${pid}/exe`);
  /** Runs the command to its end; `code` tells how. */
  const billfold = async (...args) => {
    try {
      return { code: 0, ...(await run(program("billfold"), args, { env: screen.environment, timeout: 30_000 })) };
    } catch (error) {
      return error;
    }
  };

  before(async () => {
    person = await Person.arrive();
    sandbox = await person.startSandbox("active");
    proxy = await Proxy.before(sandbox.says.url);
    proxy.answer = (method, url) => {
      asked.push({ method, url });
      return null;
    };
    // The entry has no flags: what to connect to stands in the person's own file.
    const folder = path.join(person.environment.XDG_CONFIG_HOME, "billfold");
    mkdirSync(folder, { recursive: true });
    await writeFile(path.join(folder, "config.json"), JSON.stringify({ url: proxy.url, customer: sandbox.says.customer }));
    person.environment.BILLFOLD_TOKEN = sandbox.says.api_key;
    ({ invoices } = await person.ask(["invoices", "--json"]));
    screen = await Screen.around(person);
  });

  after(async () => {
    if (screen && (await windowsCalled("Billfold")).length) await endProcess(await screen.pidOf("Billfold"));
    for (const pid of screen ? await screen.pids().catch(() => []) : []) await endProcess(pid);
    await window?.close();
    await screen?.leave();
    proxy?.close();
    await person?.leave();
  });

  it("opens cold by xdg-open, at the invoice of the link", async () => {
    // The driver starts xdg-open, which starts the window by its entry and, without a
    // screen environment, stays until it ends.
    const launcher = path.join(person.home, "click");
    const link = `billfold://invoices/${invoices[1].number}`;
    await writeFile(launcher, `#!/bin/sh\nxdg-open "${link}"\necho $? >"${exitOfTheFirst()}"\n`);
    await chmod(launcher, 0o700);
    window = await Window.open(launcher, [], screen.environment);
    await shows(`#/invoices/${invoices[1].number}`);
    await window.waitForText(invoices[1].number);
    await screen.looksAt("Billfold");
  });

  it("opens warm by xdg-open, and takes the focus", async () => {
    const back = await screen.lookElsewhere();
    assert.deepEqual(await screen.openLink(`billfold://invoices/${invoices[2].number}`), { code: 0, said: "" });
    await shows(`#/invoices/${invoices[2].number}`);
    await window.waitForText(invoices[2].number);
    await screen.looksAt("Billfold");
    back();
  });

  it("opens warm as GNOME does, also out of the task bar", async () => {
    await screen.minimise("Billfold");
    assert.deepEqual(await screen.openLink("BILLFOLD://payments", { XDG_CURRENT_DESKTOP: "GNOME" }), { code: 0, said: "" });
    await shows("#/payments");
    await screen.looksAt("Billfold");
  });

  it("opens by the command, again and again, and is one window throughout", async () => {
    const back = await screen.lookElsewhere();
    const told = await billfold("open", "standing", "--json");
    assert.equal(told.code, 0, told.stderr);
    assert.deepEqual(JSON.parse(told.stdout), { schema: "billfold.open/1", program: "desktop", url: null });
    await shows("#/standing");
    await screen.looksAt("Billfold");
    back();
    for (let turn = 0; turn < views.length; turn++) {
      const { link, address } = views[turn];
      assert.equal((await billfold("open", link)).code, 0);
      await shows(address);
    }
    assert.equal((await windowsCalled("Billfold")).length, 1);
  });

  it("stays where it is for links that name nothing", async () => {
    await billfold("open", "spending");
    await shows("#/spending");
    const starts = (await screen.pids()).length;
    for (const link of hostile) {
      assert.notEqual((await screen.openLink(link)).code, 0, link);
      assert.equal(await hash(), "#/spending", link);
    }
    assert.notEqual((await screen.openLink("--url=http://127.0.0.1:1")).code, 0);
    assert.equal((await screen.pids()).length, starts + hostile.length, "xdg-open took a flag for a link");
    assert.equal((await windowsCalled("Billfold")).length, 1);
  });

  it("never changed anything, nor saved a file, by being opened", async () => {
    assert.ok(asked.length > 10, "the proxy saw what passed");
    assert.deepEqual(writes(), []);
    assert.ok(!existsSync(path.join(person.home, "Documents")));
    const { count, unsaved } = await window.run("() => window.go.main.App.DocumentsState()");
    assert.equal(count, 0, "documents were saved");
    assert.ok(unsaved > 0, "there was something that could have been saved");
  });

  it("says within five seconds that the window hangs", async () => {
    const [pid] = await screen.pids();
    process.kill(pid, "SIGSTOP");
    const { code, stderr } = await billfold("open", "settings");
    process.kill(pid, "SIGCONT");
    assert.equal(code, 1);
    assert.match(stderr, /already running for this account but does not answer/);
    // What was asked for meanwhile was heard by nobody, or is done now: never more than that.
    assert.match(await hash(), /^#\/(spending|settings)$/);
  });

  it("ends well for xdg-open when the person closes the window", async () => {
    const [pid] = await screen.pids();
    await screen.looksAt("Billfold");
    await screen.close();
    await eventually("the window is gone", () => !isThere(pid));
    await eventually("xdg-open has ended", () => existsSync(exitOfTheFirst()));
    assert.equal(readFileSync(exitOfTheFirst(), "utf8").trim(), "0");
  });

  it("opens cold by the command, which ends once there is a window", async () => {
    const told = await billfold("open", "invoices", "--json");
    assert.equal(told.code, 0, told.stderr);
    assert.deepEqual(JSON.parse(told.stdout), { schema: "billfold.open/1", program: "desktop", url: null });
    await screen.looksAt("Billfold");
  });

  it("starts anew after it was killed", async () => {
    const pid = await screen.pidOf("Billfold");
    process.kill(pid, "SIGKILL");
    await eventually("it is gone", () => !isThere(pid));
    assert.equal((await billfold("open", "invoices")).code, 0);
    await screen.looksAt("Billfold");
    await endProcess(await screen.pidOf("Billfold"));
  });

  it("is one window when it is started several times at once", async () => {
    for (let turn = 0; turn < 3; turn++) {
      const starts = Array.from({ length: 3 }, () => {
        const child = spawn(program("billfold-desktop"), ["billfold://invoices"], { env: screen.environment, stdio: "ignore" });
        child.ended = new Promise((resolve) => child.once("exit", resolve));
        return child;
      });
      const all = Promise.all(starts.map((child) => child.ended));
      await eventually("two have handed over", () => starts.filter(({ exitCode }) => exitCode === 0).length === 2);
      await eventually("there is a window", async () => (await windowsCalled("Billfold")).length === 1);
      const [last] = starts.filter(({ exitCode }) => exitCode === null);
      await endProcess(last.pid);
      await all;
    }
  });

  it("gives way to browser mode that runs, and the other way round", async () => {
    const web = await person.startBrowserMode([], { BROWSER: "true" });
    const { stdout } = await run(program("billfold-desktop"), ["billfold://invoices"], {
      env: { ...screen.environment, BROWSER: "true" },
      timeout: 20_000,
    });
    assert.equal(stdout, "");
    assert.deepEqual(await windowsCalled("Billfold"), [], "browser mode shows it already");
    const told = JSON.parse((await billfold("open", "invoices", "--no-open", "--json")).stdout);
    assert.equal(told.program, "web");
    assert.equal(new URL(told.url).origin, new URL(web.address).origin);
    await person.endAll();
  });
});
