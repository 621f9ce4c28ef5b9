// Measures the start of Billfold's window beside that of an empty Wails window and
// prints the figures as one JSON object. Run it on a screen:
//
//   scripts/on-a-screen.sh node e2e/measure-window.mjs [RUNS]
//
// Both programs are the ones with the tag e2e, so that a WebDriver can ask their
// pages when they were painted. The runs alternate, and medians are given.

import { readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";

import { Person, endProcess, program } from "./programs.mjs";
import { Window, eventually } from "./webdriver.mjs";

const runs = Number(process.argv[2] ?? 7);

/** One start: milliseconds to the first contentful paint and to the data, and MiB of PSS then. */
async function measure(person, name) {
  const started = path.join(person.home, "started");
  const launcher = path.join(person.home, `launch-${name}`);
  // The moment before the program itself starts, in nanoseconds; then its process id.
  await writeFile(launcher, `#!/bin/sh\necho "$(date +%s%N) $$" >"${started}"\nexec "${program(name)}" "$@"\n`);
  await chmod(launcher, 0o700);
  // With a scenario named, no welcome stands before the data.
  const window = await Window.open(launcher, name.startsWith("billfold") ? ["--sandbox", "active"] : [], person.environment);
  try {
    const paintedAt = await eventually("the first paint", () =>
      window.run(() => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        return paint && performance.timeOrigin + paint.startTime;
      }),
    );
    const shownAt =
      name.startsWith("billfold") &&
      (await eventually("the data", () =>
        window.run(() => {
          const shown = performance.getEntriesByName("billing-shown")[0];
          return shown && performance.timeOrigin + shown.startTime;
        }),
      ));
    const [nanoseconds, pid] = readFileSync(started, "utf8").split(" ");
    const began = Number(nanoseconds) / 1e6;
    return { paint: paintedAt - began, shown: shownAt ? shownAt - began : null, memory: proportionalMemory(Number(pid)) };
  } finally {
    await endProcess(Number(readFileSync(started, "utf8").split(" ")[1]));
    await window.close();
  }
}

/** The proportional set size of a process and all below it, in MiB. */
function proportionalMemory(pid) {
  const parents = new Map();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      // The name, in brackets, may hold spaces; the parent is the second field after it.
      const fields = readFileSync(`/proc/${entry}/stat`, "utf8").split(")").pop().trim().split(" ");
      parents.set(Number(entry), Number(fields[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const belongs = (child) => child === pid || (parents.has(child) && child > 1 && belongs(parents.get(child)));
  let kibibytes = 0;
  for (const child of parents.keys()) {
    if (!belongs(child)) continue;
    const rollup = readFileSync(`/proc/${child}/smaps_rollup`, "utf8");
    kibibytes += Number(rollup.match(/^Pss:\s+(\d+)/m)[1]);
  }
  return kibibytes / 1024;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const person = await Person.arrive();
try {
  // Fills the cache of the account that the window opens by default.
  await person.ask(["sync", "--json"]);
  const names = { empty: "emptywindow-e2e", billfold: "billfold-desktop-e2e" };
  const seen = { empty: [], billfold: [] };
  for (let run = 0; run <= runs; run++) {
    for (const [which, name] of Object.entries(names)) {
      const figures = await measure(person, name);
      // The first start of each reads the program from disk.
      if (run > 0) seen[which].push(figures);
    }
  }
  const figures = {};
  for (const [which, all] of Object.entries(seen)) {
    figures[which] = {
      paint_ms: median(all.map((one) => one.paint)),
      shown_ms: median(all.map((one) => one.shown)),
      pss_mib: median(all.map((one) => one.memory)),
    };
  }
  console.log(JSON.stringify({ runs, ...figures }));
} finally {
  await person.leave();
}
