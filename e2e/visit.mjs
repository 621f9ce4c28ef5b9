// A person with the window in one tab and the hosted pages in the next: browser mode,
// whose "default browser" writes down where it is to go, so that a test can go there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { openPage, settled } from "./browser.mjs";
import { Hosted } from "./hosted.mjs";
import { program } from "./programs.mjs";

/** The vendor's address for help, as the vendor would configure it. */
export const support = "help@quillforge.example";

export class Visit {
  /** Everything that crossed between the window and its backend. */
  wire = [];

  /**
   * Opens the window on a sandbox of its own. `opens` false is a machine without a
   * browser; `proxied` puts a server in between that can be told to refuse; `prepare`
   * does something to the sandbox before the window is opened.
   */
  static async open(scenario, { opens = true, proxied = false, prepare = null, ...options } = {}) {
    const visit = new Visit();
    visit.pages = await Hosted.open(scenario);
    visit.outside = await mkdtemp(path.join(tmpdir(), "billfold-browser-"));
    const { says, person, browser } = visit.pages;
    await prepare?.(visit.pages);
    if (proxied) visit.proxy = await refusing(says.url);
    const opener = path.join(visit.outside, "browser");
    await writeFile(opener, opens ? `#!/bin/sh\necho "$1" >>"${visit.outside}/links"\n` : "#!/bin/sh\nexit 3\n");
    await chmod(opener, 0o700);
    const args = ["--url", visit.proxy?.url ?? says.url, "--customer", says.customer, "--support", support];
    visit.web = await person.startBrowserMode(args, { BILLFOLD_TOKEN: says.api_key, BROWSER: opener });
    visit.page = await openPage(browser, visit.web.address, { permissions: ["clipboard-read", "clipboard-write"], ...options });
    visit.listen();
    await settled(visit.page);
    return visit;
  }

  listen() {
    this.page.on("request", (request) => this.wire.push(request.url(), request.postData() ?? ""));
    this.page.on("response", async (response) => {
      if (response.url().includes("/call/")) this.wire.push(await response.text().catch(() => ""));
    });
  }

  async close() {
    await this.pages?.close();
    this.proxy?.server.closeAllConnections();
    this.proxy?.server.close();
    if (this.outside) await rm(this.outside, { recursive: true, force: true });
  }

  /** Goes to a view and waits for its frame. */
  async show(hash, testid) {
    await this.page.evaluate((to) => void (location.hash = to), hash);
    await this.page.getByTestId(testid).waitFor();
  }

  strip(phase) {
    return this.page.locator(`[data-testid="handoff-strip"][data-phase="${phase}"]`);
  }

  /** Presses a button of the window, says yes, and gives the tab that opens. */
  async go(testid) {
    await this.page.getByTestId(testid).first().click();
    await this.page.getByTestId("handoff-host").waitFor();
    const before = (await this.links()).length;
    await this.page.getByTestId("handoff-open").click();
    await this.strip("opened").waitFor();
    const links = await this.links();
    assert.equal(links.length, before + 1, "one link was opened");
    return this.tab(links.at(-1));
  }

  /** The links that the browser was given, oldest first. */
  async links() {
    const text = await readFile(path.join(this.outside, "links"), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }

  async tab(link) {
    const tab = await this.page.context().newPage();
    await tab.goto(link);
    return tab;
  }

  /** Types a card into the hosted form and sends it. */
  async addCard(tab, number) {
    await this.pages.typeCard(tab, number);
    await tab.getByRole("button", { name: "Add card" }).click();
  }

  /** The page of ours that the browser comes back to. */
  async back(tab) {
    await tab.getByText("You can close this tab").waitFor();
    await tab.close();
    await this.page.bringToFront();
  }

  /** Waits until the change was seen, and gives what is said of it. */
  async changed() {
    await this.strip("changed").waitFor({ timeout: 60_000 });
    return this.strip("changed").innerText();
  }

  /** Lets time pass in the sandbox, and syncs. */
  async advance(time) {
    const { url, api_key: key } = this.pages.says;
    await promisify(execFile)(program("billfold-sandbox"), ["advance", time, "--url", url, "--key", key]);
    await this.page.getByTestId("sync-button").click();
    await this.page.getByTestId("sync-button").waitFor();
  }

  /**
   * Fails when a text is in a file, a log or a request of ours, or on our page; and when
   * `known`, which has to be there, is not found, so that the search is known to look.
   */
  async holdsNone(texts, known) {
    const files = await readdir(this.pages.person.home, { recursive: true, withFileTypes: true });
    const ours = [await this.page.content(), this.web.errors, this.pages.sandbox.errors, ...this.wire];
    let databases = 0;
    for (const entry of files) {
      if (!entry.isFile()) continue;
      databases += Number(/\.(db|sqlite)/.test(entry.name));
      ours.push(await readFile(path.join(entry.parentPath ?? entry.path, entry.name), "latin1"));
    }
    assert.ok(databases > 0, `no database was looked at: ${files.map(({ name }) => name)}`);
    assert.ok(ours.filter((one) => one.includes(known)).length > 2, `${known} is not where it should be`);
    for (const text of texts) assert.ok(!ours.some((one) => one.includes(text)), "something that must not be kept was kept");
  }

  async leave() {
    assert.deepEqual(this.page.faults, []);
  }
}

/** A proxy that refuses portal sessions with `status` while that is set; 0 cuts the line. */
function refusing(target) {
  const { hostname, port } = new URL(target);
  const proxy = { status: null };
  proxy.server = http.createServer((request, response) => {
    if (proxy.status !== null && request.url.startsWith("/v1/billing_portal/sessions")) {
      if (proxy.status === 0) return request.socket.destroy();
      response.writeHead(proxy.status, { "Content-Type": "application/json", "Stripe-Version": "2023-10-16" });
      return response.end(JSON.stringify({ error: { type: "invalid_request_error", message: "No." } }));
    }
    const headers = { ...request.headers, host: `${hostname}:${port}` };
    const onwards = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  });
  return new Promise((resolve) => {
    proxy.server.listen(0, "127.0.0.1", () => resolve(Object.assign(proxy, { url: `http://127.0.0.1:${proxy.server.address().port}` })));
  });
}
