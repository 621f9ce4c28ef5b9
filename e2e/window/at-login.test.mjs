// Start at login: the window as the system starts it then, unseen, and what becomes
// of it when somebody looks at it and closes it. Run it on a screen:
//
//   scripts/on-a-screen.sh node --test e2e/window/at-login.test.mjs

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { Person, endProcess, program } from "../programs.mjs";
import { Window, eventually } from "../webdriver.mjs";

/** How many colours the whole screen shows: one where nothing is on it. */
function colours(environment) {
  const picture = execFileSync("import", ["-window", "root", "png:-"], { env: environment, maxBuffer: 64 << 20 });
  return Number(execFileSync("identify", ["-format", "%k", "png:-"], { input: picture, encoding: "utf8" }));
}

const running = (pid) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("Billfold started at login", () => {
  it("shows nothing, fetches what is new, and comes up when it is asked for", async () => {
    const person = await Person.arrive();
    const desktop = (...args) =>
      spawnSync(program("billfold-desktop"), args, { env: person.environment, encoding: "utf8", timeout: 60_000 });
    const child = spawn(program("billfold-desktop"), ["--hidden", "--sandbox=active"], {
      env: person.environment,
      stdio: "ignore",
    });
    try {
      await eventually("the unseen page has it fetched", async () => {
        const status = await person.ask(["status", "--offline", "--json", "--sandbox=active"]);
        return status.subscriptions[0].plan === "Pro";
      });
      assert.equal(colours(person.environment), 1);

      const again = desktop("--hidden", "--sandbox=active");
      assert.equal(again.status, 0, again.stderr);
      assert.equal(colours(person.environment), 1);

      const asked = desktop("--sandbox=active", "billfold://invoices");
      assert.equal(asked.status, 0, asked.stderr);
      await eventually("the window is on the screen", () => colours(person.environment) > 300);

      child.kill("SIGTERM");
      await eventually("it ends when it is told to, as at the end of the session", () => !running(child.pid));
    } finally {
      await endProcess(child.pid);
      await person.leave();
    }
  });

  it("stays when its window is closed, and ends with it once it is not wanted any more", async () => {
    const person = await Person.arrive();
    const told = path.join(person.home, "pid");
    const launcher = path.join(person.home, "launch");
    await writeFile(launcher, `#!/bin/sh\necho $$ >"${told}"\nexec "${program("billfold-desktop-e2e")}" "$@"\n`);
    await chmod(launcher, 0o700);
    const entry = path.join(person.environment.XDG_CONFIG_HOME, "autostart", "billfold.desktop");
    const window = await Window.open(launcher, [], person.environment);
    const pid = Number(readFileSync(told, "utf8"));
    try {
      await window.waitForText("Welcome to Billfold");
      assert.ok(!existsSync(entry), "nobody had asked for it");
      await window.run("() => window.go.main.App.SetAtLogin(true)");
      assert.match(readFileSync(entry, "utf8"), /^Exec="\/.*billfold-desktop-e2e" "--hidden"/m);
      assert.deepEqual(await window.run("() => window.go.main.App.AtLogin()"), { offered: true, on: true });

      await window.run("() => window.runtime.Quit()");
      await eventually("the window is off the screen", () => colours(person.environment) === 1);
      assert.ok(running(pid));

      await window.run("() => window.go.main.App.SetAtLogin(false)");
      assert.ok(!existsSync(entry));
      await window.run("() => window.runtime.Quit()").catch(() => {}); // it may go before it answers
      await eventually("it ends with its window", () => !running(pid));
    } finally {
      await endProcess(pid);
      await window.close().catch(() => {});
      await person.leave();
    }
  });
});
