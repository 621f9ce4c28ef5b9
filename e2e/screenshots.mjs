// Makes the pictures of the documentation from the real program:
//
//   node e2e/screenshots.mjs FOLDER
//
// The dashboard of the sandbox's active subscriber in browser mode, twice as fine
// as the screen, in light and in dark.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { launch, openPage, settled } from "./browser.mjs";
import { Person } from "./programs.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node e2e/screenshots.mjs FOLDER");
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const person = await Person.arrive();
const browser = await launch();
try {
  for (const colorScheme of ["light", "dark"]) {
    const web = await person.startBrowserMode(["--sandbox", "active"]);
    const page = await openPage(browser, web.address, {
      colorScheme,
      reducedMotion: "reduce",
      viewport: { width: 1200, height: 800 },
      deviceScaleFactor: 2,
    });
    await settled(page);
    await page.getByTestId("invoice-row").first().waitFor();
    if (page.faults.length > 0) throw new Error(page.faults.join("\n"));
    const file = path.join(folder, `dashboard-${colorScheme}.png`);
    await page.screenshot({ path: file, animations: "disabled" });
    console.log(`==> ${file}`);
    await page.context().close();
    await person.endAll();
  }
} finally {
  await browser.close();
  await person.leave();
}
