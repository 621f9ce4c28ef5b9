// As much of the WebDriver protocol as the window's tests need, over plain HTTP.

import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** No command may take longer, in milliseconds: some hang for ever when they fail. */
const patience = 30_000;

/** A WebKitWebDriver with one window that it started. */
export class Window {
  /** Starts a program under the driver; `environment` is all that it sees. */
  static async open(binary, args, environment) {
    return Window.#begin([], { "webkitgtk:browserOptions": { binary, args } }, environment);
  }

  /**
   * Finds the window of a program that somebody else has started, with
   * WEBKIT_INSPECTOR_SERVER set to `target` in its environment.
   */
  static async attach(target, environment) {
    return Window.#begin([`--target=${target}`], {}, environment);
  }

  static async #begin(flags, alwaysMatch, environment) {
    const port = await freePort();
    const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1", ...flags], {
      env: environment,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const window = new Window(driver, `http://127.0.0.1:${port}`);
    try {
      await window.ready();
      const { sessionId } = await window.send("POST", "/session", { capabilities: { alwaysMatch } });
      window.session = `/session/${sessionId}`;
      return window;
    } catch (error) {
      await window.close();
      throw error;
    }
  }

  constructor(driver, base) {
    this.driver = driver;
    this.base = base;
    this.ended = new Promise((resolve) => driver.once("exit", resolve));
  }

  async ready() {
    await eventually("the driver listens", async () => (await this.send("GET", "/status")).ready);
  }

  async send(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Runs a function in the page; its arguments and result travel as JSON. */
  run(script, ...args) {
    return this.send("POST", `${this.session}/execute/sync`, { script: `return (${script})(...arguments)`, args });
  }

  /** Clicks the element that a CSS selector names, as a person would. */
  async click(selector) {
    const found = await this.send("POST", `${this.session}/element`, { using: "css selector", value: selector });
    await this.send("POST", `${this.session}/element/${Object.values(found)[0]}/click`, {});
  }

  /** Waits until the page's text has a piece, and gives all of it. */
  waitForText(piece) {
    return eventually(`the window shows "${piece}"`, async () => {
      const text = await this.run("() => document.body.innerText");
      return text.includes(piece) && text;
    });
  }

  /**
   * Ends the driver. The window is not its child's problem: whoever knows the
   * program's process id ends it.
   */
  async close() {
    // Deleting the session closes the window, and answers that there is none.
    if (this.session) await this.send("DELETE", this.session).catch(() => {});
    this.driver.kill("SIGTERM");
    await this.ended;
  }
}

/** Asks again until the answer is truthy; fails naming what was waited for. */
export async function eventually(what, ask) {
  const deadline = Date.now() + patience;
  let last;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain: ${what}${last ? ` (${last.message})` : ""}`);
}

/** A port that nobody listens at. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
