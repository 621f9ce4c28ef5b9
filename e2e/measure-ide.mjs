// Measures the way from a click in VS Code to the plan in Billfold's window, cold and
// warm, beside an empty Wails window that the same click opens, and prints the medians
// as one JSON object. Run it on a screen:
//
//   scripts/on-a-screen.sh node e2e/measure-ide.mjs [RUNS]

import { copyFile } from "node:fs/promises";

import { launch } from "./browser.mjs";
import { Desktop } from "./ide/desktop.mjs";
import { Editor, billing, choose, endAllOf } from "./ide/editor.mjs";
import { Person, program } from "./programs.mjs";
import { eventually } from "./webdriver.mjs";

const runs = Number(process.argv[2] ?? 5);

/** Clicks the item in the status bar, and gives the moment of the click. */
async function click(page) {
  await page.evaluate(() => {
    addEventListener("click", (event) => (window.clickedAt = performance.timeOrigin + event.timeStamp), { capture: true, once: true });
  });
  await billing(page).click();
  return page.evaluate(() => window.clickedAt);
}

/** When the window painted first. */
const painted = (window) =>
  eventually("the first paint", () =>
    window.run(() => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return paint && performance.timeOrigin + paint.startTime;
    }),
  );

/** When the window showed the plan, later than the moment given. */
const shown = (window, after) =>
  eventually("the plan", () =>
    window.run((after) => {
      const at = performance.getEntriesByName("billing-shown").map(({ startTime }) => performance.timeOrigin + startTime);
      return document.querySelector('[data-testid="plan-details"]') && at.find((one) => one > after);
    }, after),
  );

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const seen = { empty: [], paint: [], cold: [], warm: [] };

/** One start of an empty window, and one of Billfold's with a second click to it. */
async function measure(page, desktop) {
  await copyFile(program("emptywindow-e2e"), desktop.file);
  let clickedAt = await click(page);
  seen.empty.push((await painted(await desktop.window())) - clickedAt);
  await desktop.opened();
  await desktop.end();

  await copyFile(program("billfold-desktop-e2e"), desktop.file);
  clickedAt = await click(page);
  const window = await desktop.window();
  seen.paint.push((await painted(window)) - clickedAt);
  seen.cold.push((await shown(window, clickedAt)) - clickedAt);

  await window.run(() => {
    location.hash = "#/invoices";
  });
  await eventually("another view", () => window.run(() => document.querySelector('[data-testid="invoice-row"]') !== null));
  clickedAt = await click(page);
  seen.warm.push((await shown(window, clickedAt)) - clickedAt);
  await desktop.end();
}

const person = await Person.arrive();
let editor, browser;
try {
  await choose(person, "active");
  await person.ask(["sync", "--json"]);
  const desktop = await Desktop.prepare(person);
  [editor, browser] = await Promise.all([Editor.start(person, desktop.editor), launch()]);
  const page = await editor.open(browser);
  await billing(page).waitFor();
  for (let run = 0; run <= runs; run++) {
    await measure(page, desktop);
    // The first start of each reads the program from disk.
    if (run === 0) for (const all of Object.values(seen)) all.length = 0;
  }
  const figures = Object.fromEntries(Object.entries(seen).map(([name, all]) => [`${name}_ms`, median(all)]));
  console.log(JSON.stringify({ runs, ...figures }));
} finally {
  await browser?.close();
  await editor?.close();
  await endAllOf(person);
  await person.leave();
}
