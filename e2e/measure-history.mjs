// Measures the invoice history of 10,000 invoices in Chromium and prints the figures
// as one JSON object:
//
//   node e2e/measure-history.mjs [RUNS]
//
// Frames are counted while one types in the search box, each key slow enough to be
// searched for by itself, and beside that while nothing is done at all: a busy
// machine is late for those too. `work` is therefore what does not depend on others:
// the processor time of the longest piece of work between two frames of the page, in a
// second round of the same typing that the browser itself traces. An invoice is opened by a click whose press lasts as
// long as a quick finger's, and timed from the release, which is the click, until its
// content stands in the page.

import { go, launch, openPage, settled } from "./browser.mjs";
import { Person, connectionTo } from "./programs.mjs";

const runs = Number(process.argv[2] ?? 20);
const words = ["credits", "pro plan", "2024", "nowhere"];

/** Longer than the search waits for the next key, in milliseconds. */
const betweenKeys = 220;

/** How long the button stays down, in milliseconds. */
const press = 60;

/** Counts the frames while something is done: how many, how many came over half a frame late, and the longest. */
async function frames(page, action) {
  await page.evaluate(() => {
    const seen = (globalThis.seen = { gaps: [], tasks: [] });
    seen.observer = new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    seen.observer.observe({ type: "longtask" });
    let last = 0;
    const frame = (now) => {
      if (last) seen.gaps.push(now - last);
      last = now;
      seen.next = requestAnimationFrame(frame);
    };
    seen.next = requestAnimationFrame(frame);
  });
  await action();
  return page.evaluate(() => {
    const { gaps, tasks, next, observer } = globalThis.seen;
    cancelAnimationFrame(next);
    observer.disconnect();
    const late = gaps.filter((gap) => gap > 25);
    return { count: gaps.length, late: late.length, longest_ms: Math.max(...gaps), long_tasks: tasks.length };
  });
}

/** The processor time of the page's longest task while something is done, and how many took over 16 ms. */
async function work(page, action) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel"] } });
  await action();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  const isMain = ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain";
  const mains = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid}:${tid}`));
  const took = events
    .filter(({ name, pid, tid, tdur }) => tdur > 0 && name === "ThreadControllerImpl::RunTask" && mains.has(`${pid}:${tid}`))
    .map(({ tdur }) => tdur / 1000);
  if (took.length === 0) throw new Error("the trace tells of no work at all");
  return { longest_cpu_ms: Math.max(...took), over_16_ms: took.filter((ms) => ms > 16).length };
}

async function type(page) {
  const field = page.getByTestId("invoice-search");
  await field.focus();
  for (const word of words) {
    await page.keyboard.type(word, { delay: betweenKeys });
    for (const _ of word) {
      await page.keyboard.press("Backspace");
      await page.waitForTimeout(betweenKeys);
    }
  }
}

/** Opens a row, and goes back: milliseconds from the click to the invoice. Nothing else looks at the page meanwhile. */
async function open(page, row) {
  await page.evaluate(() => {
    performance.clearMarks("invoice-shown");
    const clicked = new Promise((resolve) =>
      addEventListener("click", ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }),
    );
    const shown = new Promise((resolve) => {
      new PerformanceObserver((list, observer) => {
        const [mark] = list.getEntriesByName("invoice-shown");
        if (!mark) return;
        observer.disconnect();
        resolve(mark.startTime);
      }).observe({ type: "mark" });
    });
    globalThis.opened = Promise.all([clicked, shown]).then(([from, to]) => to - from);
  });
  const box = await page.getByTestId("invoice-row").nth(row).getByRole("link").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { delay: press });
  const took = await page.evaluate(() => globalThis.opened);
  await page.goBack();
  await page.getByTestId("invoice-row").first().waitFor();
  return took;
}

const sorted = (values) => [...values].sort((a, b) => a - b);

const person = await Person.arrive();
const browser = await launch();
try {
  // Of a server that is not Billfold's own sandbox no PDF is saved unasked meanwhile.
  const { args, environment } = connectionTo(await person.startSandbox("many"));
  const web = await person.startBrowserMode(args, environment);
  const page = await openPage(browser, web.address, { viewport: { width: 1200, height: 800 } });
  await settled(page);
  await go(page, "#/invoices");
  await open(page, 0);
  const keys = words.join("").length * 2;
  const typing = await frames(page, () => type(page));
  const idle = await frames(page, () => page.waitForTimeout(keys * betweenKeys));
  typing.work = await work(page, () => type(page));
  const opened = [];
  for (let run = 0; run < runs; run++) opened.push(await open(page, run % 8));
  if (page.faults.length > 0) throw new Error(page.faults.join("\n"));
  const detail = { median_ms: sorted(opened)[opened.length >> 1], worst_ms: Math.max(...opened) };
  console.log(JSON.stringify({ runs, keys, typing, idle, detail }));
} finally {
  await browser.close();
  await person.leave();
}
