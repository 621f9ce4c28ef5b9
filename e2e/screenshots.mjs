// Makes the pictures of the documentation from the real program:
//
//   node e2e/screenshots.mjs FOLDER
//
// The dashboard and the invoice history of the sandbox's active subscriber in browser
// mode, twice as fine as the screen, in light and in dark.

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { go, launch, openPage, settled } from "./browser.mjs";
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
    await picture(page, `dashboard-${colorScheme}`);
    await go(page, "#/billing-information");
    await picture(page, `billing-information-${colorScheme}`);
    await picturesOfHistory(page, colorScheme);
    if (page.faults.length > 0) throw new Error(page.faults.join("\n"));
    await page.context().close();
    await person.endAll();
  }
} finally {
  await browser.close();
  await person.leave();
}

async function picture(page, name) {
  const file = path.join(folder, `${name}.png`);
  // A view that was entered by its address has the focus, with the ring that keys bring.
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: file, animations: "disabled" });
  console.log(`==> ${file}`);
}

/** The invoice history with its PDFs saved, one invoice, its PDF, and the spending. */
async function picturesOfHistory(page, look) {
  await go(page, "#/invoices");
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[data-testid="document-state"]')].every(({ dataset }) => dataset.state === "saved"),
  );
  await picture(page, `history-${look}`);
  const id = await page.getByTestId("invoice-row").first().getAttribute("data-id");
  await go(page, `#/invoices/${id}`);
  await picture(page, `invoice-${look}`);
  await page.evaluate((of) => void (location.hash = `#/documents/invoice/${of}`), id);
  await page.waitForFunction(() => document.querySelector('[data-testid="pdf-page"]')?.textContent.length > 100);
  await picture(page, `pdf-${look}`);
  await go(page, "#/spending");
  await picture(page, `spending-${look}`);
}
