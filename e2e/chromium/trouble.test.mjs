// The server goes, is slow, or the program itself ends: the last good picture
// stays on the screen, and a sentence says what happened.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, it } from "node:test";

import { go, launch, openPage, settled } from "../browser.mjs";
import { Person, connectionTo, end } from "../programs.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

describe("a server that is gone", () => {
  let person, sandbox, web, page, connection;

  before(async () => {
    person = await Person.arrive();
    sandbox = await person.startSandbox("active");
    connection = connectionTo(sandbox);
    web = await person.startBrowserMode(connection.args, connection.environment);
    page = await openPage(browser, web.address);
    await settled(page);
  });

  after(() => person?.leave());

  it("leaves the data on the screen and says what happened", async () => {
    const before = await page.getByTestId("section-subscription").innerText();
    await end(sandbox);
    await page.getByTestId("sync-button").click();
    await page.getByTestId("notice").first().waitFor();
    assert.match(await page.getByTestId("notice").first().innerText(), /reach|offline|connect/i);
    assert.equal(await page.getByTestId("section-subscription").innerText(), before);
    assert.ok(await page.getByTestId("as-of").isVisible());
    assert.deepEqual(page.faults, []);
  });

  it("leaves everything to be read after a new start without it", async () => {
    await end(web);
    const again = await person.startBrowserMode(connection.args, connection.environment);
    const { invoices } = await person.ask(["invoices", ...connection.args, "--json"], connection.environment);
    const later = await openPage(browser, again.address);
    await later.getByTestId("notice").first().waitFor();
    assert.ok(await later.getByTestId("as-of").isVisible());
    await go(later, "#/invoices");
    await later.getByTestId("invoice-row").first().waitFor();
    assert.ok((await later.getByTestId("invoice-row").first().innerText()).includes(invoices[0].number));
    assert.deepEqual(later.faults, []);
  });
});

describe("a slow server", () => {
  let person, proxy, page;

  before(async () => {
    person = await Person.arrive();
    const sandbox = await person.startSandbox("active");
    proxy = await slowly(sandbox.says.url, 1500);
    const { environment } = connectionTo(sandbox);
    const args = ["--url", proxy.url, "--customer", sandbox.says.customer];
    const web = await person.startBrowserMode(args, environment);
    page = await openPage(browser, web.address);
  });

  after(async () => {
    await person?.leave();
    proxy?.server.closeAllConnections();
    proxy?.server.close();
  });

  it("shows how the first sync goes, then the data", async () => {
    await page.getByTestId("sync-progress").waitFor();
    await settled(page);
    await page.getByTestId("invoice-row").first().waitFor();
    assert.deepEqual(page.faults, []);
  });
});

describe("the program ends", () => {
  it("says so, and keeps what was on the screen", async () => {
    const person = await Person.arrive();
    try {
      const web = await person.startBrowserMode(["--sandbox", "active"]);
      const page = await openPage(browser, web.address, { overlook: /ERR_|Failed to load/ });
      await settled(page);
      const before = await page.getByTestId("section-subscription").innerText();
      await end(web);
      await page.locator('[data-testid="notice"][data-code="stopped"]').waitFor();
      assert.equal(await page.getByTestId("section-subscription").innerText(), before);
      assert.deepEqual(page.faults, []);
    } finally {
      await person.leave();
    }
  });
});

describe("an address that was used before", () => {
  it("opens nothing in another browser, and says what to do", async () => {
    const person = await Person.arrive();
    try {
      const web = await person.startBrowserMode(["--sandbox", "active"]);
      await settled(await openPage(browser, web.address));
      const second = await openPage(browser, web.address, { overlook: /40[13]/ });
      await second.getByTestId("session-ended").waitFor();
      assert.match(await second.getByTestId("session-ended").innerText(), /billfold web/);
      assert.equal(await second.getByTestId("section-subscription").count(), 0);
      assert.deepEqual(second.faults, []);
    } finally {
      await person.leave();
    }
  });
});

/** A proxy that lets every request wait, in milliseconds. */
function slowly(target, wait) {
  const { hostname, port } = new URL(target);
  const server = http.createServer((request, response) => {
    setTimeout(() => {
      const headers = { ...request.headers, host: `${hostname}:${port}` };
      const onwards = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onwards.on("error", () => response.destroy());
      request.pipe(onwards);
    }, wait);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` }));
  });
}
