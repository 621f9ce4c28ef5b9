// Sign-in at a certified OpenID provider, in a real browser and by device code,
// through the real gateway to the sandbox.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { launch } from "../browser.mjs";
import { Person, program } from "../programs.mjs";
import { startProvider } from "./provider.mjs";

const person = await Person.arrive();
const browser = await launch();
let provider, vendorFile, customer;

after(async () => {
  await browser.close();
  await person.leave();
  await provider?.stop();
});

/** A port that is free now. */
async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program and waits for words on its standard error. */
async function startQuietly(name, args, words, environment = {}) {
  const child = spawn(program(name), args, {
    env: { ...person.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const running = { child, pid: child.pid, errors: "", output: "" };
  person.running.push(running);
  running.ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  child.stdout.setEncoding("utf8").on("data", (text) => (running.output += text));
  running.match = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} says nothing of ${words}: ${running.errors}`)), 60_000);
    running.ended.then(({ code }) => reject(new Error(`${name} ended with ${code}: ${running.errors}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      running.errors += text;
      const match = running.errors.match(words);
      if (match) {
        clearTimeout(timer);
        resolve(match);
      }
    });
  });
  return running;
}

/** Runs billfold for the vendor to its end. */
async function billfold(...args) {
  const all = [...args, "--vendor", vendorFile];
  try {
    const { stdout, stderr } = await promisify(execFile)(program("billfold"), all, { env: person.environment });
    return { code: 0, stdout, stderr };
  } catch ({ code, stdout, stderr }) {
    return { code, stdout, stderr };
  }
}

const asked = async (...args) => JSON.parse((await billfold(...args)).stdout);

/** Signs in on the provider's pages as somebody, and allows what is asked for. */
async function enter(page, login) {
  await page.fill("input[name=login]", login);
  await page.fill("input[name=password]", "anything");
  await page.click("button[type=submit]");
  await page.getByRole("button", { name: "Continue" }).click();
}

before(async () => {
  const sandbox = await person.startSandbox("active");
  customer = sandbox.says.customer;
  const port = await freePort();
  const gateway = `http://127.0.0.1:${port}`;
  provider = await startProvider({ gateway, customers: { ada: customer } });
  const configuration = path.join(person.home, "gateway.json");
  await writeFile(
    configuration,
    JSON.stringify({
      listen: `127.0.0.1:${port}`,
      public_url: gateway,
      stripe: { url: sandbox.says.url },
      sign_in: {
        issuer: provider.issuer,
        audience: gateway,
        claim: "customer",
        clients: ["billfold"],
        read_scope: "billing",
        write_scope: "billing",
        algorithms: ["ES256"],
      },
    }),
  );
  await startQuietly("billfold-gateway", ["--config", configuration], /"listening"/, {
    BILLFOLD_STRIPE_KEY: sandbox.says.api_key,
  });
  for (let ready = false; !ready; ) ready = (await fetch(`${gateway}/readyz`)).ok;
  vendorFile = path.join(person.home, "vendor.json");
  await writeFile(
    vendorFile,
    JSON.stringify({
      name: "Quillforge",
      gateway,
      issuer: provider.issuer,
      client_id: "billfold",
      scopes: ["profile", "email", "billing"],
      resource: gateway,
    }),
  );
});

describe("sign-in at a certified provider", () => {
  it("walks the code flow in a real browser", async () => {
    const command = await startQuietly(
      "billfold",
      ["sign-in", "--vendor", vendorFile, "--no-open", "--keep-in-file"],
      /(http:\/\/127\.0\.0\.1:\d+\/auth\?\S+)\n/,
    );
    const page = await browser.newPage();
    await page.goto(command.match[1]);
    await enter(page, "ada");
    await page.getByRole("heading", { name: "You can close this tab" }).waitFor();
    assert.equal((await command.ended).code, 0, command.errors);
    assert.match(command.output, /Signed in as ada@example\.com at Quillforge/);
    await page.close();

    const status = await asked("status", "--json");
    assert.equal(status.customer.id, customer);
    assert.equal(status.problem, null);
    const [account] = (await asked("accounts", "--json")).accounts;
    assert.equal(account.name, "ada of the test");
    assert.equal(account.customer, customer);
  });

  it("stays signed in without asking, with a refresh token that is good once only", async () => {
    const before = provider.grants.filter((kind) => kind === "refresh_token").length;
    const held = () => {
      const folder = path.join(person.home, "data", "billfold", "sign-in");
      return readFileSync(path.join(folder, readdirSync(folder)[0]), "utf8");
    };
    const first = held();
    for (let turn = 0; turn < 3; turn++) assert.equal((await billfold("sync")).code, 0);
    assert.equal(provider.grants.filter((kind) => kind === "refresh_token").length, before + 3);
    assert.notEqual(held(), first);
  });

  it("is refused by the gateway for somebody without a billing account", async () => {
    const command = await startQuietly(
      "billfold",
      ["sign-in", "--vendor", vendorFile, "--no-open", "--keep-in-file"],
      /(http:\/\/127\.0\.0\.1:\d+\/auth\?\S+)\n/,
    );
    const page = await browser.newPage();
    await page.goto(command.match[1]);
    await enter(page, "stranger");
    await page.getByRole("heading", { name: "You can close this tab" }).waitFor();
    assert.equal((await command.ended).code, 1);
    assert.match(command.errors, /no billing account for this sign-in/);
    assert.equal((await asked("accounts", "--json")).accounts.length, 1);
    await page.close();
  });

  it("revokes at sign-out", async () => {
    const folder = path.join(person.home, "data", "billfold", "sign-in");
    const token = readFileSync(path.join(folder, readdirSync(folder)[0]), "utf8");
    const out = await billfold("sign-out");
    assert.equal(out.code, 0, out.stderr);
    assert.equal(out.stderr, "");
    assert.deepEqual((await asked("accounts", "--json")).accounts, []);
    const answer = await fetch(`${provider.issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token, client_id: "billfold" }),
    });
    assert.equal((await answer.json()).error, "invalid_grant");
  });

  it("walks the device flow", async () => {
    const command = await startQuietly(
      "billfold",
      ["sign-in", "--vendor", vendorFile, "--device", "--keep-in-file"],
      /go to\s+(\S+)\s+and enter the code\s+(\S+)\n/,
    );
    const page = await browser.newPage();
    await page.goto(command.match[1]);
    await page.fill("input[name=user_code]", command.match[2]);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await enter(page, "ada");
    await page.getByText("Sign-in Success").first().waitFor();
    assert.equal((await command.ended).code, 0, command.errors);
    assert.match(command.output, /Signed in as ada@example\.com/);
    assert.equal((await asked("status", "--json")).customer.id, customer);
    await page.close();
  });

  it("saw no fault of the provider's own", () => {
    assert.deepEqual(provider.faults, []);
  });
});
