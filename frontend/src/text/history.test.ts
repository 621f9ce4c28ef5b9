import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatBytes } from './document'
import { declineText } from './decline'
import { speak } from './language.svelte'
import { meaningOf, taxReasonText, taxText } from './invoice'
import { reportText, runText } from './saving'
import { monthText } from './spending'
import { momentLabel } from './timeline'
import { fakeNow, invoice, money } from '../api/fakedata'
import type { Invoice } from '../api/types'
import type { DocumentsState } from '../api/types-documents'
import type { InvoiceDetail, MonthSpending, Moment } from '../api/types-history'

const day = 86_400

function shown(change: Partial<Invoice>, more: Partial<InvoiceDetail> = {}): InvoiceDetail {
  const status = change.status ?? 'paid'
  return {
    invoice: { ...invoice({ index: 1, at: fakeNow, net: money(2000), status }), ...change },
    kind: 'plan',
    reverse_charge: false,
    payments: [],
    credit_notes: [],
    plan: 'Pro',
    document_date: fakeNow,
    zone: 'UTC',
    refunded: money(0),
    timeline: [],
    documents: [],
    revises: null,
    revised_by: null,
    discounts: [],
    ...more,
  }
}

describe('what an invoice means is said in one sentence', () => {
  const sent = { status: 'open', collection_method: 'send_invoice' } as const
  const means: [string, InvoiceDetail, RegExp][] = [
    ['draft', shown({ status: 'draft' }), /not issued yet.*nothing is due/],
    ['stuck draft', shown({ status: 'draft', finalization_error: 'x' }), /could not be issued/],
    ['retried', shown({ status: 'open' }), /24\.00 is still to be paid.*next automatic.*Nov 25/],
    ['given up', shown({ status: 'open', next_attempt_at: 0 }), /no automatic attempt will follow/],
    ['first try', shown({ status: 'open', attempted: false }), /24\.00 will be charged on Nov 25/],
    ['sent', shown({ ...sent, due_at: fakeNow + day }), /24\.00 by Nov 24, 2026/],
    ['sent, late', shown({ ...sent, due_at: fakeNow - day }), /was due on Nov 22, 2026/],
    ['sent, no date', shown({ ...sent }), /Nothing is charged by itself/],
    ['paid', shown({}), /Paid in full on Nov 23, 2026/],
    ['marked paid', shown({ paid_out_of_band: true }), /no payment to see here/],
    ['by credit', shown({ amount_paid: money(0) }), /Paid with your credit/],
    ['nothing due', shown({ total: money(0) }), /nothing to pay/],
    ['refunded', shown({}, { refunded: money(2400) }), /all of it was given back/],
    ['partly refunded', shown({}, { refunded: money(500) }), /5\.00 of it was given back/],
    ['uncollectible', shown({ status: 'uncollectible' }), /still can be: .*24\.00 remains/],
    ['void', shown({ status: 'void' }), /nothing is owed/],
    ['revised', shown({ status: 'void' }, { revised_by: { id: 'in_2', number: '2' } }), /Replaced/],
  ]
  test.each(means)('%s', (_, detail, sentence) => {
    expect(meaningOf(detail, fakeNow)).toMatch(sentence)
  })
})

test('reverse charge is said in words, and the rate with its place', () => {
  const tax = {
    amount: money(0),
    inclusive: false,
    name: 'VAT',
    percentage: '0',
    jurisdiction: 'DE',
    reason: 'reverse_charge',
  }
  expect(taxText(tax)).toBe('VAT 0% DE')
  expect(taxReasonText(tax.reason)).toMatch(/you account for this tax yourself/)
  expect(taxReasonText('standard_rated')).toBe('')
  expect(taxReasonText('new_reason')).toBe('New Reason')
})

test.each([
  ['insufficient_funds', 'The account did not cover the amount'],
  ['brand_new_code', 'Reason given by the payment system: brand new code'],
  ['constructor', 'Reason given by the payment system: constructor'],
  ['', ''],
])('the decline code %s reads "%s"', (decline_code, text) => {
  expect(declineText({ failure_code: '', decline_code })).toBe(text)
})

test.each(['en', 'de'] as const)('every reason that is told has a sentence in %s', (language) => {
  speak(language)
  const reasons = JSON.parse(
    readFileSync('../backend/billing/testdata/reasons.json', 'utf8'),
  ) as string[]
  expect(reasons.length).toBeGreaterThan(90)
  const without = reasons.filter((decline_code) =>
    /payment system|Zahlungssystem/.test(declineText({ failure_code: '', decline_code })),
  )
  speak('system')
  expect(without).toEqual([])
})

test.each([
  [0, '0\u00a0B'],
  [999, '999\u00a0B'],
  [48_128, '48\u00a0kB'],
  [1_234_567, '1.2\u00a0MB'],
  [999_999, '1\u00a0MB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en-US')).toBe(text)
})

test('a moment nobody has heard of keeps its own name', () => {
  const moment = { kind: 'teleported' } as unknown as Moment
  expect(momentLabel(moment)).toEqual({ text: 'Teleported', tone: 'neutral' })
})

const state = (change: Partial<DocumentsState>): DocumentsState => ({
  running: false,
  task: 'save',
  done: 0,
  total: 0,
  saved: 0,
  unchanged: 0,
  failed: 0,
  bytes: 0,
  waiting_until: 0,
  problem: null,
  failures: [],
  report: null,
  folder: '',
  count: 0,
  unsaved: 0,
  ask_automatic: false,
  ...change,
})

test.each<[string, Partial<DocumentsState>, string]>([
  ['starting', { running: true }, 'Starting'],
  ['on its way', { running: true, done: 2, total: 9, bytes: 2000 }, '2 of 9 · 2\u00a0kB'],
  ['done', { saved: 3 }, '3 PDFs saved.'],
  ['done with faults', { saved: 1, failed: 2 }, '1 PDF saved. 2 could not be saved.'],
  ['nothing new', { unchanged: 4 }, 'Everything was saved already.'],
  [
    'stopped',
    { saved: 1, problem: { code: 'canceled', message: 'You stopped saving.' } },
    'You stopped saving. 1 PDF saved.',
  ],
])('a run that is %s says so', (_, change, text) => {
  expect(runText(state(change))).toBe(text)
})

test('a report says what is gone, what was changed and what was fetched again', () => {
  const file = { path: '/a.pdf' } as never
  const report = { checked: 9, intact: 7, missing: [file], altered: [file], repaired: 1, at: 1 }
  expect(reportText(report)).toBe(
    '9 PDFs checked. 1 file is gone. 1 file was changed. 1 was fetched again.',
  )
  expect(reportText({ ...report, missing: [], altered: [], repaired: 0 })).toMatch(/all are as/)
})

test('a month is said with its parts, and the next one as likely', () => {
  const none = money(0)
  const month: MonthSpending = {
    year: 2026,
    month: 11,
    plan: money(2000),
    usage: money(300),
    packs: money(200),
    tax: money(400),
    credits: money(-100),
    refunds: none,
    total: money(2800),
    paid: money(2800),
    invoices: 2,
  }
  expect(monthText(month, false)).toMatch(
    /^November 2026: .*28\.00\. Plan .*20\.00, Overage and packs .*5\.00, Tax .*4\.00, Credits -.*1\.00\.$/,
  )
  expect(monthText(month, true)).toMatch(/likely/)
  expect(monthText({ ...month, invoices: 0 }, false)).toBe('November 2026: nothing billed.')
})
