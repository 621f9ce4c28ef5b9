// The desktop program where the command finds it, so that a WebDriver can look at the
// window that somebody else has opened.

import { readFileSync, readdirSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";

import { endProcess, program } from "../programs.mjs";
import { Window, eventually, freePort } from "../webdriver.mjs";

export class Desktop {
  #attached = null;

  /** Puts the programs into a folder of the person's: the window is the one that can be steered. */
  static async prepare(person) {
    const folder = path.join(person.home, "bin");
    await mkdir(folder);
    await copyFile(program("billfold"), path.join(folder, "billfold"));
    await copyFile(program("billfold-desktop-e2e"), path.join(folder, "billfold-desktop"));
    return new Desktop(person, folder, `127.0.0.1:${await freePort()}`);
  }

  constructor(person, folder, target) {
    this.person = person;
    this.file = path.join(folder, "billfold-desktop");
    this.target = target;
    /** What an editor of this person is to be started with. */
    this.editor = {
      machine: { "billfold.path": path.join(folder, "billfold"), "billfold.openIn": "desktop" },
      environment: { WEBKIT_INSPECTOR_SERVER: target },
    };
  }

  /** The window, once there is one. */
  async window() {
    await eventually("a window opens", () => this.programs().length > 0);
    this.#attached ??= await eventually("the window can be looked at", () => Window.attach(this.target, this.person.environment));
    return this.#attached;
  }

  /** The process ids of the desktop programs that run. */
  programs() {
    return running(this.file);
  }

  /** Waits until the command that opens it has ended, which would open something else where it failed. */
  opened() {
    return eventually("the command ends", () => running(path.join(path.dirname(this.file), "billfold")).length === 0);
  }

  /** Ends the window, so that the next one is another. */
  async end() {
    for (const pid of this.programs()) await endProcess(Number(pid));
    await this.leave();
  }

  async leave() {
    await this.#attached?.close();
    this.#attached = null;
  }
}

const running = (file) => readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && argumentsOf(pid)[0] === file);

function argumentsOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it ended while we looked
  }
}
