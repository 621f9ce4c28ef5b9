// Starts the desktop program under WebKitWebDriver, and a notification daemon for it.

import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { end, endProcess, program } from "./programs.mjs";
import { Window, eventually } from "./webdriver.mjs";

/** The desktop program of a person, with its window. */
export class Desktop {
  /** Starts it and waits for the end of its first pull. */
  static async open(person, args, environment = {}) {
    // The driver does not tell which process it started.
    const told = path.join(person.home, "pid");
    const launcher = path.join(person.home, "launch");
    await writeFile(launcher, `#!/bin/sh\necho $$ >"${told}"\nexec "${program("billfold-desktop-e2e")}" "$@"\n`);
    await chmod(launcher, 0o700);
    const window = await Window.open(launcher, args, { ...person.environment, ...environment });
    const desktop = new Desktop(window, Number(readFileSync(told, "utf8")));
    await desktop.pulled();
    return desktop;
  }

  constructor(window, pid) {
    this.window = window;
    this.pid = pid;
  }

  /** Calls a method of the program as its page does. */
  call(method, ...args) {
    return this.window.run("(method, args) => window.go.main.App[method](...args)", method, args);
  }

  /** Waits until a pull that began after this, or the first one, has ended. */
  pulled(after = 0) {
    return eventually("a pull ends", async () => {
      const state = await this.call("SyncState");
      return !state.running && state.synced_at > after;
    });
  }

  async pull() {
    const { synced_at: before } = await this.call("SyncState");
    // The time of a pull is told in whole seconds.
    await eventually("a second has passed", () => Math.floor(Date.now() / 1000) > before);
    await this.call("Sync");
    await this.pulled(before);
  }

  async close() {
    await endProcess(this.pid);
    await this.window.close();
  }
}

/** dunst, which shares no code of ours, and tells what it was given. */
export class Daemon {
  /** Starts it on the bus and the screen of an environment. */
  static async start(person, environment = person.environment) {
    const config = path.join(person.home, "dunstrc");
    const urgencies = ["low", "normal", "critical"].map((urgency) => `[urgency_${urgency}]\ntimeout = 0\n`);
    await writeFile(config, `[global]\nmarkup = full\nhistory_length = 100\nnotification_limit = 0\n${urgencies.join("")}`);
    const child = spawn("dunst", ["-conf", config], { env: environment, stdio: "ignore" });
    const daemon = new Daemon(child, environment);
    await eventually("dunst is there", () => daemon.ask("count"));
    return daemon;
  }

  constructor(child, environment) {
    this.child = child;
    this.environment = environment;
    this.ended = new Promise((resolve) => child.once("exit", resolve));
  }

  async ask(...args) {
    const { stdout } = await promisify(execFile)("dunstctl", args, { env: this.environment });
    return stdout;
  }

  /** How many were shown so far. */
  async count() {
    const kinds = ["displayed", "history", "waiting"];
    const counts = await Promise.all(kinds.map((kind) => this.ask("count", kind)));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }

  /** Puts all that is on the screen away, and gives all that was ever shown, the first one first. */
  async putAway() {
    await this.ask("close-all");
    await eventually("nothing is on the screen", async () => Number(await this.ask("count", "displayed")) === 0);
    const { data } = JSON.parse(await this.ask("history"));
    const shown = data[0].map(({ id, appname, summary, body }) => ({
      id: id.data,
      program: appname.data,
      title: summary.data,
      body: body.data,
    }));
    return shown.sort((a, b) => a.id - b.id);
  }

  /** Clicks the one on the screen that is shown first. */
  click = () => this.ask("action", "0");

  stop = () => end({ child: this.child, ended: this.ended });
}

/** A bus of its own, on which nobody is and nobody is started. */
export async function emptyBus(person) {
  const config = path.join(person.home, "bus.conf");
  await writeFile(
    config,
    `<busconfig><type>session</type><listen>unix:path=${path.join(person.home, "bus")}</listen><policy context="default">
      <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
    </policy></busconfig>`,
  );
  const child = spawn("dbus-daemon", [`--config-file=${config}`, "--nofork", "--print-address"], {
    env: person.environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const address = await new Promise((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  return { address: address.trim(), stop: () => end({ child, ended }) };
}
