import { expect, test } from 'vitest'
import { OpenInvoice } from './invoice.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import type { InvoicePage } from '../api/types-history'

async function arrange() {
  const fake = fakeTransport('active')
  const backend = new Backend(fake)
  const filter = { year: 0, status: '', subscription_id: '', kind: '', search: '', sort: '' }
  const page = { ...filter, descending: true, after: '', limit: 2 }
  const { rows } = (await fake.call('Invoices', [page])) as InvoicePage
  const reads = () => fake.calls.filter(({ method }) => method === 'Invoice').length
  return { invoice: new OpenInvoice(backend), ids: rows.map(({ id }) => id), reads }
}

test('an invoice whose row was pressed is read once', async () => {
  const { invoice, ids, reads } = await arrange()
  invoice.prepare(ids[0] ?? '')
  await invoice.open(ids[0] ?? '')
  expect(invoice.detail?.invoice.id).toBe(ids[0])
  expect(reads()).toBe(1)
})

test('another one that is opened instead is read itself, and a second opening reads anew', async () => {
  const { invoice, ids, reads } = await arrange()
  invoice.prepare(ids[0] ?? '')
  await invoice.open(ids[1] ?? '')
  expect(invoice.detail?.invoice.id).toBe(ids[1])
  await invoice.open(ids[1] ?? '')
  expect(reads()).toBe(3)
})
