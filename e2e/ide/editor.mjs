// A real VS Code that runs in a browser, with the extension in it.

import { execFile, execFileSync, spawn } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { end, endProcess, program, root } from "../programs.mjs";

const patience = 60_000;

/** Settings of the person that leave nothing on the screen but what is looked at. */
const calm = {
  "workbench.colorTheme": "Light Modern",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
};

/** Where scripts/code-server.sh put the editor. */
export const place = () =>
  execFileSync(path.join(root, "scripts", "code-server.sh"), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();

/** An editor of one person's, on loopback. */
export class Editor {
  /**
   * Installs the extension for a person and starts their editor. `machine` are settings
   * of the machine, besides the path of the program; `environment` goes on top of the
   * person's. With a `host` it is reached by that name, over HTTPS.
   */
  static async start(person, { machine = {}, environment = {}, host = "" } = {}) {
    const editor = new Editor(person, environment, host);
    await mkdir(path.join(editor.data, "User"), { recursive: true });
    await mkdir(path.join(editor.data, "Machine"), { recursive: true });
    await mkdir(editor.folder, { recursive: true });
    await writeFile(path.join(editor.folder, "fox.md"), "# The quick brown fox\n\njumps over the lazy dog.\n");
    await writeFile(path.join(editor.data, "User", "settings.json"), JSON.stringify(calm));
    await editor.set({ "billfold.path": program("billfold"), ...machine });
    await editor.install();
    await editor.serve();
    return editor;
  }

  constructor(person, environment, host) {
    this.person = person;
    this.host = host;
    this.program = path.join(place(), "code-server");
    this.data = path.join(person.home, "editor");
    this.folder = path.join(person.home, "project");
    this.environment = { ...person.environment, ...environment };
    this.args = [
      ...["--user-data-dir", this.data, "--extensions-dir", path.join(person.home, "extensions")],
      ...["--config", path.join(person.home, "code-server.yaml")],
    ];
  }

  /** Sets the settings of the machine; an editor that is open takes them up when it is loaded again. */
  set(settings) {
    return writeFile(path.join(this.data, "Machine", "settings.json"), JSON.stringify(settings));
  }

  /** Installs what `make extension` packed. */
  async install() {
    const { version } = JSON.parse(readFileSync(path.join(root, "extension", "package.json"), "utf8"));
    const packed = path.join(root, "extension", "dist", `billfold-${version}.vsix`);
    const own = path.join(this.person.home, "billfold.vsix");
    copyFileSync(packed, own);
    const { stdout } = await promisify(execFile)(this.program, [...this.args, "--install-extension", own], { env: this.environment });
    if (!stdout.includes("was successfully installed")) throw new Error(`the extension was not installed: ${stdout}`);
  }

  /** Starts the server and waits until it listens. */
  serve() {
    const flags = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"];
    if (this.host) flags.push("--cert", "--cert-host", this.host);
    const args = [...this.args, ...flags, "--disable-workspace-trust", this.folder];
    const child = spawn(this.program, args, { env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    this.running = { child, ended };
    return new Promise((resolve, reject) => {
      let said = "";
      const timer = setTimeout(() => reject(new Error(`the editor does not listen:\n${said}`)), patience);
      ended.then((code) => reject(new Error(`the editor ended with ${code}:\n${said}`)));
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          said += text;
          const match = said.match(/listening on https?:\/\/127\.0\.0\.1:(\d+)\//);
          if (!match) return;
          clearTimeout(timer);
          this.address = this.host ? `https://${this.host}:${match[1]}/` : `http://127.0.0.1:${match[1]}/`;
          resolve();
        });
      }
    });
  }

  /** Opens the editor in a browser, and waits until it is there. */
  async open(browser) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      timezoneId: "UTC",
      // The certificate is the editor's own.
      ignoreHTTPSErrors: this.host !== "",
    });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    await page.goto(this.address);
    await page.locator(".statusbar-item").first().waitFor();
    return page;
  }

  /** What the logs of the editor and its extensions say, all of it. */
  async logs() {
    const files = await readdir(this.data, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile() && file.name.endsWith(".log"))
      .map((file) => readFileSync(path.join(file.parentPath, file.name), "utf8"))
      .join("\n");
  }

  async close() {
    if (this.running) await end(this.running);
  }
}

/** Chooses the sandbox's scenario as a person would, in the configuration file. */
export async function choose(person, scenario) {
  const folder = path.join(person.environment.XDG_CONFIG_HOME, "billfold");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "config.json"), JSON.stringify({ sandbox: scenario }));
}

/** Ends what goes on by itself in a person's home, such as browser mode and the window. */
export async function endAllOf(person) {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    let environment = "";
    try {
      environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    } catch {
      continue; // it ended, or is somebody else's
    }
    if (environment.split("\0").includes(`HOME=${person.home}`)) await endProcess(Number(pid));
  }
}

/** The item of the extension in the status bar. */
export const billing = (page) => page.locator('.statusbar-item[id^="billfold.billfold"]');

/** Runs a command by its name in the palette. */
export async function command(page, name) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input");
  await input.waitFor();
  await input.fill(`>${name}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click();
}
