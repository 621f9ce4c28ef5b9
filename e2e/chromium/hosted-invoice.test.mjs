// The pages behind the links of an invoice and of a receipt, and what they say once they
// have expired.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";

import { Hosted, confirms, refused } from "../hosted.mjs";

describe("hosted invoice", () => {
  let pages;

  before(async () => {
    pages = await Hosted.open("active");
  });

  after(() => pages?.close());

  it("pays an open invoice with a saved card, and with a new one that the bank confirms", async () => {
    const first = await pages.openInvoice();
    const page = await pages.page(first.hosted_invoice_url);
    await pages.look(page, "invoice-open");
    await page.getByRole("button", { name: "Pay $12.50" }).first().click();
    await page.getByText(/^Paid on/).waitFor();
    await pages.look(page, "invoice-paid");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download invoice" }).click()]);
    assert.match(download.suggestedFilename(), /^Invoice-.*\.pdf$/);
    assert.equal((await readFile(await download.path())).subarray(0, 5).toString(), "%PDF-");

    const second = await pages.openInvoice();
    await page.goto(second.hosted_invoice_url);
    await page.getByText("Pay with a new card").click();
    await pages.typeCard(page, refused);
    await page.getByRole("button", { name: "Pay $12.50" }).last().click();
    await page.getByText("insufficient funds").first().waitFor();
    await pages.look(page, "invoice-refused");
    await pages.typeCard(page, confirms);
    await page.getByRole("button", { name: "Pay $12.50" }).last().click();
    await page.getByRole("heading", { name: "Confirm it is you" }).waitFor();
    await pages.look(page, "invoice-challenge");
    await page.getByRole("link", { name: "Leave without answering" }).click();
    await page.getByText("Your bank wants you to confirm").waitFor();
    await pages.look(page, "invoice-waiting");
    await page.getByRole("link", { name: "Confirm the payment" }).click();
    await page.getByRole("button", { name: "Fail" }).click();
    await page.getByText("unable to authenticate").first().waitFor();
    assert.equal((await pages.api("GET", `invoices/${second.id}`)).status, "open");
    await page.getByRole("radio", { name: /3220/ }).check();
    await page.getByRole("button", { name: "Pay $12.50" }).first().click();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByText(/^Paid on/).waitFor();
    await pages.leave(page);
  });

  it("shows a receipt, with its paper and that of its invoice", async () => {
    const [{ receipt_url, receipt_number }] = (await pages.api("GET", `charges?customer=${pages.customer}&limit=1`)).data;
    const page = await pages.page(receipt_url);
    await page.getByRole("heading", { name: `Receipt ${receipt_number}` }).waitFor();
    await pages.look(page, "receipt");
    for (const [link, name] of [["Download receipt", `Receipt-${receipt_number}.pdf`], ["Download invoice", /^Invoice-.*\.pdf$/]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link }).click()]);
      if (name instanceof RegExp) assert.match(download.suggestedFilename(), name);
      else assert.equal(download.suggestedFilename(), name);
      assert.equal((await readFile(await download.path())).subarray(0, 5).toString(), "%PDF-");
    }
    await pages.leave(page);
  });

  it("mails a new link to who has an expired one", async () => {
    const { hosted_invoice_url, number } = await pages.openInvoice();
    await pages.ask("POST", "_sandbox/links/withdraw", {});
    const page = await pages.page(hosted_invoice_url);
    await page.getByRole("heading", { name: "This link has expired" }).waitFor();
    await pages.look(page, "outdated");
    await page.getByLabel("Your e-mail address").fill("dana.whitfield@example.com");
    await page.getByRole("button", { name: "Mail me a new link" }).click();
    await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
    await pages.look(page, "mailed");
    await page.goto(`${pages.says.url}/outbox`);
    const letter = page.getByRole("article").filter({ hasText: `Your new link to invoice ${number}` });
    await letter.getByRole("link", { name: "Open the page" }).click();
    await page.getByRole("button", { name: "Pay $12.50" }).first().waitFor();
    await pages.leave(page);
  });
});
