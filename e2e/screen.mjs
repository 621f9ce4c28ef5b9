// A screen around the window, as far as links and the focus need one: a window
// manager, the entry under which links are registered, and windows to ask for.

import { execFile, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { program, root } from "./programs.mjs";
import { eventually } from "./webdriver.mjs";

const run = promisify(execFile);

/** The screen that a person works at. */
export class Screen {
  /** Starts a window manager, and registers Billfold for its links. */
  static async around(person) {
    const screen = new Screen(person);
    await screen.#register();
    screen.#spawn("openbox", []);
    await eventually("the window manager is there", async () =>
      (await run("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"])).stdout.includes("window id"),
    );
    return screen;
  }

  constructor(person) {
    this.person = person;
    this.children = [];
    this.programs = path.join(person.home, "programs");
    this.environment = {
      ...person.environment,
      PATH: `${this.programs}:${path.dirname(program("billfold"))}:${person.environment.PATH}`,
    };
  }

  /** Where the process id of the window that was started last is kept. */
  get #pidFile() {
    return path.join(this.person.home, "pid");
  }

  /** The entry is the one of the packages; the program behind it is one that a driver can steer. */
  async #register() {
    const applications = path.join(this.environment.XDG_DATA_HOME, "applications");
    for (const folder of [applications, this.programs, this.environment.XDG_CONFIG_HOME]) {
      mkdirSync(folder, { recursive: true });
    }
    const started = path.join(this.programs, "billfold-desktop");
    await writeFile(started, `#!/bin/sh\necho $$ >>"${this.#pidFile}"\nexec "${program("billfold-desktop-e2e")}" "$@"\n`);
    await chmod(started, 0o700);
    const entry = path.join(root, "build/linux/billfold.desktop");
    await copyFile(entry, path.join(applications, "billfold.desktop"));
    await run("update-desktop-database", [applications], { env: this.environment });
    await run("xdg-mime", ["default", "billfold.desktop", "x-scheme-handler/billfold"], { env: this.environment });
  }

  /** The process ids of all starts so far, the first one first. */
  async pids() {
    return (await readFile(this.#pidFile, "utf8")).trim().split("\n").map(Number);
  }

  /** Opens a link as a browser or an IDE has it opened: the exit code, and what was said. */
  async openLink(link, environment = {}) {
    const env = { ...this.environment, ...environment };
    try {
      await run("xdg-open", [link], { env, timeout: 20_000 });
      return { code: 0, said: "" };
    } catch (error) {
      return { code: error.code, said: error.stderr };
    }
  }

  /** Opens a window of another program, which takes the focus. */
  async lookElsewhere() {
    const other = this.#spawn("display", ["-title", "Elsewhere", "-size", "300x200", "xc:gray"]);
    const window = await eventually("another window is there", () => windowsCalled("Elsewhere").then(([first]) => first));
    await run("xdotool", ["windowactivate", "--sync", window]);
    await this.looksAt("Elsewhere");
    return () => other.kill("SIGTERM");
  }

  /** Waits until a window has the focus. */
  looksAt(name) {
    return eventually(`the focus is at ${name}`, async () => (await focused()) === name);
  }

  /** The process behind the one window that is called so. */
  async pidOf(name) {
    const [window] = await windowsCalled(name);
    return Number((await run("xdotool", ["getwindowpid", window])).stdout);
  }

  async minimise(name) {
    const [window] = await windowsCalled(name);
    await run("xdotool", ["windowminimize", window]);
    await eventually("the focus is elsewhere", async () => (await focused()) !== name);
  }

  /** Closes the window that has the focus, as a person does. */
  async close() {
    await run("xdotool", ["key", "alt+F4"]);
  }

  #spawn(name, args) {
    const child = spawn(name, args, { env: this.environment, stdio: "ignore" });
    this.children.push(child);
    return child;
  }

  /** Ends what was started. */
  async leave() {
    for (const child of this.children.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
  }
}

/** The ids of the windows on screen that are called so. */
export async function windowsCalled(name) {
  try {
    const { stdout } = await run("xdotool", ["search", "--onlyvisible", "--name", `^${name}$`]);
    return stdout.trim().split("\n").filter(Boolean);
  } catch {
    return []; // none
  }
}

async function focused() {
  try {
    return (await run("xdotool", ["getactivewindow", "getwindowname"])).stdout.trim();
  } catch {
    return ""; // no window has it
  }
}
