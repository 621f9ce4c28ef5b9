// A vendor's window: it wears the vendor's colour, and billfold switch turns it to
// another account. Run it on a screen:
//
//   scripts/on-a-screen.sh node --test e2e/window/vendor.test.mjs

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { launch } from "../browser.mjs";
import { Person, endProcess, program } from "../programs.mjs";
import { Window, eventually } from "../webdriver.mjs";

const run = promisify(execFile);

describe("the window of a vendor", () => {
  let person, browser, window, pid, file;

  /** Signs somebody in by the command, with the browser as that person. */
  async function signIn(name) {
    const signedIn = person.start("billfold", ["sign-in", "--vendor", file, "--no-open", "--keep-in-file"], { ready: /Signed in as/ });
    const command = person.running.at(-1);
    const address = await eventually("the command says where to sign in", async () => /http\S+\/authorize\?\S+/.exec(command.errors)?.[0]);
    const page = await browser.newPage();
    await page.goto(address);
    await page.getByRole("button", { name }).click();
    await signedIn;
    await page.close();
  }

  const billfold = (...args) => run(program("billfold"), [...args, "--vendor", file], { env: person.environment });
  const shown = () => window.run(`() => document.querySelector('[data-testid="identity"]')?.innerText ?? ""`);
  const shows = (name) => eventually(`the window shows ${name}`, async () => (await shown()).includes(name));

  before(async () => {
    person = await Person.arrive();
    file = path.join(person.home, "vendor.json");
    const vendor = await person.start("billfold-sandbox", ["serve", "--scenario", "past-due", "--vendor-file", file], {
      ready: /^\{.*\}$/m,
    });
    const says = JSON.parse(vendor.match[0]);
    const merchant = await fetch(`${says.url}/v1/customers`, {
      method: "POST",
      headers: { authorization: `Bearer ${says.api_key}` },
      body: new URLSearchParams({ name: "Bob Quill", email: "bob@example.com" }),
    });
    assert.equal(merchant.status, 200);
    const written = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...written, colours: { accent: "#0b6a66", accent_dark: "#ffe600" } }));
    browser = await launch();
    await signIn(/Bob Quill/);
    await signIn(/Dana Whitfield/);
    const launcher = path.join(person.home, "launch");
    const told = path.join(person.home, "pid");
    await writeFile(launcher, `#!/bin/sh\necho $$ >"${told}"\nexec "${program("billfold-desktop-e2e")}" --vendor "${file}"\n`);
    await chmod(launcher, 0o700);
    window = await Window.open(launcher, [], person.environment);
    pid = Number(await readFile(told, "utf8"));
    await shows("Dana Whitfield");
  });

  after(async () => {
    if (pid) await endProcess(pid);
    await window?.close();
    await browser?.close();
    await person?.leave();
  });

  it("wears the vendor's colour, in light and in dark", async () => {
    for (const [theme, wanted] of [["light", "rgb(11, 106, 102)"], ["dark", "rgb(255, 230, 0)"]]) {
      const colour = await window.run((theme) => {
        document.documentElement.dataset.theme = theme;
        const button = document.querySelector(".button.strong");
        button.style.transition = "none";
        return getComputedStyle(button).backgroundColor;
      }, theme);
      assert.equal(colour, wanted, theme);
    }
  });

  it("is turned to another account by billfold switch", async () => {
    await window.run(() => void (location.hash = "#/settings"));
    const { stdout, stderr } = await billfold("switch", "bob@example.com");
    assert.match(stdout, /^Now .* is shown, in the Billfold that is open too\.$/m);
    assert.equal(stderr, "");
    await shows("Bob Quill");
    assert.equal(await window.run(() => location.hash), "#/", "an account begins with its first view");
    await billfold("switch", "dana.whitfield@example.com");
    await shows("Dana Whitfield");
  });
});
