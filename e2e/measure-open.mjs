// Measures how long `billfold open invoices/NUMBER` takes, from the start of the
// command to the window that has the focus and shows the invoice, and prints the
// figures as one JSON object. Run it on a screen:
//
//   scripts/on-a-screen.sh node e2e/measure-open.mjs [RUNS]
//
// Warm: the window is open, at another view, and another program has the focus.
// Cold: no Billfold runs; its local copy is filled.

import { execFile, spawn } from "node:child_process";
import { chmod, copyFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { Screen } from "./screen.mjs";
import { Person, endProcess, program } from "./programs.mjs";
import { Window, eventually } from "./webdriver.mjs";

const runs = Number(process.argv[2] ?? 11);

const now = () => performance.timeOrigin + performance.now();

/** Tells when a window called Billfold next gets the focus, as the X server says it. */
function whenFocused() {
  const spy = spawn("xprop", ["-root", "-spy", "_NET_ACTIVE_WINDOW"], { stdio: ["ignore", "pipe", "ignore"] });
  const at = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the window does not get the focus")), 30_000).unref();
    spy.stdout.setEncoding("utf8").on("data", async (text) => {
      const heard = now();
      for (const [id] of text.matchAll(/0x[0-9a-f]+/g)) {
        // A window that has just come is called by its program's name.
      if (Number(id) !== 0 && /^billfold$/i.test(await nameOf(id))) resolve(heard);
      }
    });
  });
  return { at, ready: new Promise((resolve) => spy.stdout.once("data", resolve)), stop: () => spy.kill("SIGTERM") };
}

async function nameOf(id) {
  const { stdout } = await promisify(execFile)("xprop", ["-id", id, "_NET_WM_NAME"]).catch(() => ({ stdout: "" }));
  return stdout.match(/= "(.*)"/)?.[1];
}

/** Has the page note the frame after the one in which it shows an invoice. */
const watchFor = (number) => `() => {
  window.shownAt = 0;
  const look = () => {
    const shown = document.querySelector('[data-testid="invoice-detail"]')?.closest("main")?.textContent ?? "";
    if (shown.includes(${JSON.stringify(number)})) requestAnimationFrame(() => (window.shownAt = Date.now()));
    else requestAnimationFrame(look);
  };
  look();
}`;

const shownAt = (window) => eventually("the invoice is shown", () => window.run("() => window.shownAt"));

async function warm(screen, window, number) {
  await window.run("() => { location.hash = '#/'; }");
  await window.waitForText("Current Subscription");
  const back = await screen.lookElsewhere();
  const focus = whenFocused();
  await focus.ready;
  await window.run(watchFor(number));
  const began = now();
  await promisify(execFile)(program("billfold"), ["open", `invoices/${number}`], { env: screen.environment });
  const ended = now() - began;
  const figures = { ended, focused: (await focus.at) - began, shown: (await shownAt(window)) - began };
  focus.stop();
  back();
  return figures;
}

/** Cold starts are steered too, so the command stands beside a program that can be. With a scenario named, no welcome stands before the data. */
async function cold(screen, number) {
  const beside = path.join(screen.programs, "billfold");
  await copyFile(program("billfold"), beside);
  const [began, ended, over] = ["began", "ended", "over"].map((name) => path.join(screen.person.home, name));
  for (const file of [began, ended, over]) await rm(file, { force: true });
  const launcher = path.join(screen.person.home, "click");
  // The driver loses the window when what it started ends, so that stays.
  const lines = [
    "#!/bin/sh",
    `date +%s%N >"${began}"`,
    `"${beside}" open --sandbox active "invoices/${number}"`,
    `date +%s%N >"${ended}"`,
    `while [ ! -e "${over}" ]; do sleep 0.05; done`,
  ];
  await writeFile(launcher, lines.join("\n") + "\n");
  await chmod(launcher, 0o700);
  const back = await screen.lookElsewhere();
  const focus = whenFocused();
  await focus.ready;
  const window = await Window.open(launcher, [], screen.environment);
  try {
    const shown = await eventually("the invoice is shown", () =>
      window.run("() => performance.getEntriesByName('invoice-shown')[0]?.startTime + performance.timeOrigin"),
    );
    const at = async (file) => Number(await eventually("the command has ended", () => readFile(file, "utf8"))) / 1e6;
    const start = await at(began);
    return { ended: (await at(ended)) - start, focused: (await focus.at) - start, shown: shown - start };
  } finally {
    focus.stop();
    back();
    await endProcess(await screen.pidOf("Billfold"));
    await writeFile(over, "");
    await window.close();
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function summed(all) {
  const both = all.map((one) => Math.max(one.focused, one.shown));
  return {
    focused_ms: median(all.map((one) => one.focused)),
    shown_ms: median(all.map((one) => one.shown)),
    both_ms: median(both),
    slowest_ms: Math.max(...both),
    ended_ms: median(all.map((one) => one.ended)),
  };
}

const person = await Person.arrive();
let screen;
try {
  const { invoices } = await person.ask(["invoices", "--json"]);
  screen = await Screen.around(person);
  const seen = { cold: [], warm: [] };
  for (let run = 0; run <= Math.ceil(runs / 2); run++) {
    const figures = await cold(screen, invoices[run % invoices.length].number);
    if (run > 0) seen.cold.push(figures); // the first reads the program from disk
  }
  const launcher = path.join(screen.programs, "billfold-desktop");
  const window = await Window.open(launcher, ["--sandbox", "active", "overview"], screen.environment);
  try {
    for (let run = 0; run <= runs; run++) {
      const figures = await warm(screen, window, invoices[run % invoices.length].number);
      if (run > 0) seen.warm.push(figures);
    }
  } finally {
    await endProcess(await screen.pidOf("Billfold"));
    await window.close();
  }
  console.log(JSON.stringify({ runs, cold: summed(seen.cold), warm: summed(seen.warm) }));
} finally {
  await screen?.leave();
  await person.leave();
}
