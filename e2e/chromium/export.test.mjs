// Exports that a person makes in the window, opened by another program: Python's
// csv and zipfile.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { decimal } from "../figures.mjs";
import { go, launch, openPage, settled } from "../browser.mjs";
import { Person, connectionTo } from "../programs.mjs";

const run = promisify(execFile);

/** Prints what Python's csv reads in a file: how many rows, and per currency the sum of those that are not void. */
const readTable = `
import csv, decimal, json, sys
with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file, strict=True))
totals = {}
for row in rows:
    if row["status"] != "void":
        totals[row["currency"]] = totals.get(row["currency"], 0) + decimal.Decimal(row["total"])
print(json.dumps({
    "rows": len(rows),
    "dates": sorted(row["date"] for row in rows),
    "pdfs": [row["pdf_file_name"] for row in rows],
    "totals": {currency: str(total) for currency, total in totals.items()},
}))
`;

/** Prints the names in a ZIP, after Python has held each against its checksum in the manifest. */
const readArchive = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    for file in manifest["files"]:
        assert hashlib.sha256(archive.read(file["name"])).hexdigest() == file["sha256"], file["name"]
    archive.extract("invoices.csv", sys.argv[2])
    print(json.dumps({"names": archive.namelist(), "missing": len(manifest["missing"])}))
`;

const python = async (program, ...args) => JSON.parse((await run("python3", ["-c", program, ...args])).stdout);

describe("an export", () => {
  let browser, person, page, invoices;

  before(async () => {
    person = await Person.arrive();
    // Of a server that is not Billfold's own sandbox nothing is saved unasked.
    const { args, environment } = connectionTo(await person.startSandbox("refunds"));
    const web = await person.startBrowserMode(args, environment);
    browser = await launch();
    page = await openPage(browser, web.address);
    await settled(page);
    ({ invoices } = await person.ask(["invoices", ...args, "--json"], environment));
    await go(page, "#/invoices");
  });

  after(async () => {
    await browser?.close();
    await person?.leave();
  });

  /** Exports as the dialog stands, and gives the path of the file and what was said. */
  async function finish() {
    await page.getByTestId("export-start").click();
    const said = page.getByTestId("export-result");
    await said.waitFor();
    return { path: await said.locator(".path").innerText(), said: await said.innerText() };
  }

  const leave = () => page.getByTestId("export-result").getByRole("button", { name: "Close" }).click();

  /** Holds what the dialog said against what the other program added up. */
  function assertTotals(said, totals) {
    for (const [currency, total] of Object.entries(totals)) {
      const digits = decimal(Math.round(Number(total) * 100), currency);
      assert.match(said, new RegExp(`Total ${currency.toUpperCase()}\\s+\\D*${digits.replaceAll(".", "\\.")}`, "i"));
    }
  }

  it("as a table is read by Python's csv, to the same totals", async () => {
    await page.getByTestId("export").click();
    const { path, said } = await finish();
    assert.ok(path.endsWith(".csv"));
    const table = await python(readTable, path);
    assert.ok(table.rows >= invoices.filter(({ status }) => status !== "draft").length);
    assert.ok(Object.keys(table.totals).length > 0);
    assertTotals(said, table.totals);
    await leave();
  });

  it("from one day to another has what lies between, both days included", async () => {
    const whole = await python(readTable, (await exported(async () => {})).path);
    const [first, last] = [whole.dates[1], whole.dates.at(-2)];
    const { path } = await exported(async () => {
      await page.getByRole("combobox", { name: "Period" }).selectOption({ label: "From one day to another" });
      await page.getByTestId("export-from").fill(first);
      await page.getByTestId("export-to").fill(last);
      await page.getByText("Days begin and end in UTC").waitFor();
    });
    const part = await python(readTable, path);
    assert.deepEqual(part.dates, whole.dates.filter((date) => date >= first && date <= last));
    assert.ok(path.includes(`${first}-to-${last}`), path);
  });

  async function exported(fill) {
    await page.getByTestId("export").click();
    await fill();
    const done = await finish();
    await leave();
    return done;
  }

  it("as a ZIP is whole, with every PDF once the missing ones were saved", async () => {
    await page.getByTestId("export").click();
    await page.getByRole("combobox", { name: "Period" }).selectOption({ label: "All years" });
    await page.getByLabel("PDFs and table (ZIP)").check();
    await finish();
    await page.getByRole("button", { name: "Save them now" }).click();
    await page.getByTestId("saving-result").waitFor({ timeout: 60_000 });
    const { path, said } = await exported(() => page.getByLabel("PDFs and table (ZIP)").check());
    const archive = await python(readArchive, path, person.home);
    assert.equal(archive.missing, 0);
    const table = await python(readTable, `${person.home}/invoices.csv`);
    assert.deepEqual(
      table.pdfs.map((name) => name.split("/").at(-1)).sort(),
      archive.names.filter((name) => name.startsWith("documents/")).map((name) => name.split("/").at(-1)).sort(),
    );
    assertTotals(said, table.totals);
  });

  it("did nothing wrong on the way", () => {
    assert.deepEqual(page.faults, []);
  });
});
