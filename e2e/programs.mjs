// Starts the built programs the way a person would, each with folders of its own,
// and ends them by their process id.

import { execFile, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The path of a built program. */
export const program = (name) => path.join(root, "bin", name);

/** How long a program may take to say that it is ready, in milliseconds. */
const patience = 60_000;

/** A person with an empty home: nothing of the machine's own shows through. */
export class Person {
  static async arrive() {
    return new Person(await mkdtemp(path.join(tmpdir(), "billfold-e2e-")));
  }

  constructor(home) {
    this.home = home;
    this.running = [];
    this.environment = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_DATA_HOME: path.join(home, "data"),
      XDG_CONFIG_HOME: path.join(home, "config"),
      XDG_CACHE_HOME: path.join(home, "cache"),
      XDG_STATE_HOME: path.join(home, "state"),
      TMPDIR: process.env.TMPDIR ?? "/tmp",
      LANG: "C.UTF-8",
    };
    for (const name of ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS"]) {
      if (process.env[name]) this.environment[name] = process.env[name];
    }
  }

  /** Starts a program and waits for the first line on its output that matches. */
  start(name, args, { ready, environment = {} }) {
    const child = spawn(program(name), args, {
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const running = { child, pid: child.pid, errors: "" };
    this.running.push(running);
    running.ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    child.stderr.setEncoding("utf8").on("data", (text) => (running.errors += text));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(`said nothing of ${ready}`), patience);
      const fail = (why) => {
        clearTimeout(timer);
        reject(new Error(`${name} ${args.join(" ")}: ${why}\n${running.errors}`));
      };
      let output = "";
      child.once("error", (error) => fail(error.message));
      running.ended.then(({ code }) => fail(`ended with ${code}`));
      child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
        const match = output.match(ready);
        if (!match) return;
        clearTimeout(timer);
        resolve(Object.assign(running, { match }));
      });
    });
  }

  /** Starts a sandbox of its own: {url, api_key, customer} in `says`. */
  async startSandbox(scenario) {
    const sandbox = await this.start("billfold-sandbox", ["serve", "--scenario", scenario], { ready: /^\{.*\}$/m });
    return Object.assign(sandbox, { says: JSON.parse(sandbox.match[0]) });
  }

  /** Starts browser mode: its address with a one-time token in `address`. */
  async startBrowserMode(args, environment = {}) {
    const all = ["web", "--no-open", "--listen", "127.0.0.1:0", ...args];
    const web = await this.start("billfold", all, { ready: /http:\/\/127\.0\.0\.1:\d+\/#token=[^\s"]+/, environment });
    return Object.assign(web, { address: web.match[0] });
  }

  /** Runs the command to its end and reads the JSON it prints. */
  async ask(args, environment = {}) {
    const { stdout } = await promisify(execFile)(program("billfold"), args, {
      env: { ...this.environment, ...environment },
      maxBuffer: 64 << 20,
    });
    return JSON.parse(stdout);
  }

  /** Ends what was started, the last first. */
  async endAll() {
    for (const running of this.running.splice(0).reverse()) await end(running);
  }

  /** Programs that went on by themselves, as browser mode does after `billfold open`: they have this home. */
  #stillRunning() {
    return readdirSync("/proc").map(Number).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${this.home}`);
      } catch {
        return false; // it is no process, not ours, or has ended
      }
    });
  }

  /** Ends what was started, and removes what was left behind. */
  async leave() {
    await this.endAll();
    for (const pid of this.#stillRunning()) await endProcess(pid);
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends a program: asks, and insists when it does not listen. */
export async function end(running) {
  if (running.child.exitCode !== null || running.child.signalCode !== null) return;
  running.child.kill("SIGTERM");
  const timer = setTimeout(() => running.child.kill("SIGKILL"), 10_000);
  await running.ended;
  clearTimeout(timer);
}

/** Ends a process that is not our child, and waits until it is gone. */
export async function endProcess(pid) {
  for (const [signal, turns] of [["SIGTERM", 200], ["SIGKILL", 100]]) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let turn = 0; turn < turns; turn++) {
      if (gone(pid)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`process ${pid} does not end`);
}

/** A process that has ended but was not collected yet counts as gone. */
function gone(pid) {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

/** The connection flags and environment for a sandbox that runs by itself. */
export function connectionTo(sandbox) {
  return {
    args: ["--url", sandbox.says.url, "--customer", sandbox.says.customer],
    environment: { BILLFOLD_TOKEN: sandbox.says.api_key },
  };
}

/** Asks a running sandbox what the companion would, with its own key. */
export async function askSandbox(sandbox, resource) {
  const answer = await fetch(`${sandbox.says.url}/v1/${resource}`, {
    headers: { Authorization: `Bearer ${sandbox.says.api_key}` },
  });
  if (!answer.ok) throw new Error(`${resource}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Lets answers of a running sandbox go wrong, on an endpoint such as "GET /v1/invoices"; 0 times is until further notice. */
export const makeFault = (sandbox, on, what, times = 0) =>
  steerFaults(sandbox, "POST", new URLSearchParams({ on, do: what, times: String(times) }));

/** Takes all faults away from a running sandbox. */
export const takeFaultsAway = (sandbox) => steerFaults(sandbox, "DELETE");

async function steerFaults(sandbox, method, body) {
  const answer = await fetch(`${sandbox.says.url}/_sandbox/faults`, {
    method,
    body,
    headers: { Authorization: `Bearer ${sandbox.says.api_key}` },
  });
  if (!answer.ok) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
}
