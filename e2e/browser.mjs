// A real Chromium that notices everything a page may do wrong.

import { execFileSync } from "node:child_process";
import path from "node:path";

import { chromium } from "playwright-core";

import { root } from "./programs.mjs";

// No traffic of Chromium's own; and no sandbox or GPU, which containers lack.
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the Chromium that scripts/chromium.sh finds; `more` are further flags. */
export function launch(more = []) {
  const executablePath = execFileSync(path.join(root, "scripts", "chromium.sh"), { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, args: [...flags, ...more], chromiumSandbox: false });
}

/**
 * Opens a page that keeps a list of faults: errors on the console, exceptions,
 * violations of the content security policy, dialogs, requests to another host,
 * and answers of 400 and above. `overlook` is a pattern of faults that a test
 * provokes itself.
 */
export async function openPage(browser, address, { overlook = null, ...context } = {}) {
  const page = await (await browser.newContext({ locale: "en-US", timezoneId: "UTC", ...context })).newPage();
  page.faults = [];
  const fault = (text) => {
    if (!overlook?.test(text)) page.faults.push(text);
  };
  const own = new URL(address).host;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") fault(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => fault(`exception: ${error.message}`));
  page.on("dialog", async (dialog) => {
    fault(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.host !== own) fault(`request to ${url.host}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) fault(`answer ${response.status()} for ${new URL(response.url()).pathname}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  return page;
}

/** Waits until the first pull has ended and the dashboard shows it. */
export async function settled(page) {
  await page.getByTestId("sync-button").waitFor({ timeout: 60_000 });
  await page.locator(shows["#/"]).waitFor();
}

// What is there when a view has its data; skeletons stand in their place before.
const shows = {
  "#/": '[data-testid="section-subscription"]:not([aria-busy="true"])',
  "#/subscription": '[data-testid="plan-details"]',
  "#/payment-methods": '[data-testid="saved-methods"]',
  "#/invoices": '[data-testid="invoice-history"] [data-testid="invoice-row"]',
  "#/payments": '[data-testid="payment-row"]',
  "#/spending": '[data-testid="spending-reading"]',
  "#/billing-information": '[data-testid="billing-edit"]',
  "#/settings": '[data-testid="vault-count"]',
  invoice: '[data-testid="invoice-detail"] h2',
};

/** Goes to a view by its hash and waits for its data. */
export async function go(page, hash) {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator(shows[hash] ?? shows.invoice).first().waitFor();
}

/** What of the page sticks out of the window sideways, as a list of descriptions. */
export function overflowing(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const clipped = (element) => {
      for (let above = element.parentElement; above; above = above.parentElement) {
        if (getComputedStyle(above).overflowX !== "visible" && above !== document.body) return true;
      }
      return false;
    };
    return [...document.body.querySelectorAll("*")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > width + 1 || box.left < -1) && !clipped(element);
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className} ${element.textContent.slice(0, 40)}`);
  });
}
