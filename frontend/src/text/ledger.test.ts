import { afterEach, describe, expect, test } from 'vitest'
import { speak } from './language.svelte'
import { alarmText, closingText, differsText, entryAmount, entryLabel, entryReason } from './ledger'
import { fakeNow, money } from '../api/fakedata'
import type { EntryKind, LedgerRow } from '../api/types-ledger'

afterEach(() => speak('system'))

const entry = (change: Partial<LedgerRow> = {}): LedgerRow => ({
  at: fakeNow,
  kind: 'payment',
  amount: money(2400),
  postings: [],
  id: 'ch_1',
  invoice_id: 'in_1',
  payment_id: 'ch_1',
  credit_note_id: '',
  why: '',
  owed_after: money(0),
  credit_after: money(0),
  number: 'A-1',
  ...change,
})

const kinds: EntryKind[] = [
  'invoice',
  'invoice_voided',
  'invoice_given_up',
  'paid_out_of_band',
  'payment',
  'payment_failed',
  'payment_pending',
  'refund',
  'refund_failed',
  'credit_note',
  'balance',
]

test.each(['en', 'de'] as const)('every kind of entry has words of its own in %s', (language) => {
  speak(language)
  const texts = kinds.map((kind) => entryLabel(entry({ kind })).text)
  expect(new Set(texts).size).toBe(kinds.length)
})

describe('a movement of the balance', () => {
  test.each([
    ['adjustment', -500, 'Credit from the vendor'],
    ['adjustment', 500, 'Owed from before, added by the vendor'],
    ['applied_to_invoice', 500, 'Credit used for this invoice'],
    ['credit_note', -500, 'Credit from a credit note'],
    ['invoice_too_small', 40, 'Too small to charge: added to the next invoice'],
    ['a_new_word', -500, 'Balance moved'],
  ])('%s of %d is: %s', (why, amount, text) => {
    const moved = entry({ kind: 'balance', why, amount: money(amount) })
    expect(entryLabel(moved).text).toBe(text)
    expect(entryAmount(moved)).not.toContain('-')
    expect(entryReason(moved)).toBe('')
  })
})

test('a failed payment and a refund say why', () => {
  const failed = entry({ kind: 'payment_failed', why: 'insufficient_funds' })
  expect(entryReason(failed)).toBe('The account did not cover the amount')
  expect(entryReason(entry({ kind: 'refund', why: 'requested_by_customer' }))).toBe(
    'Requested by customer',
  )
})

describe('what it comes to', () => {
  const closing = {
    currency: 'usd',
    bought: money(2000),
    money: money(-2400),
    credit: money(300),
    owed: money(-700),
    owed_differs: money(0),
    credit_differs: money(0),
  }

  test('is told as amounts that people know', () => {
    expect(closingText(closing)).toBe('USD: paid $24.00, owed $7.00, credit $3.00')
    expect(differsText(closing)).toBe('')
  })

  test('with what the entries do not explain', () => {
    expect(differsText({ ...closing, owed_differs: money(-150) })).toMatch(/^\$1\.50 .*explained/)
  })
})

describe('an alarm', () => {
  const alarm = {
    count: 2,
    payment_ids: ['ch_1', 'ch_2'],
    subscription_ids: [],
    amount: money(2400),
    plan: 'Pro',
    since: fakeNow - 240,
    at: fakeNow,
    invoices: [],
  }

  test('names what may be a mistake, and the moment of each', () => {
    const { title, text } = alarmText({ ...alarm, kind: 'charged_twice' }, 'UTC')
    expect(title).toBe('Two payments of $24.00 within a day, for the same thing')
    const moments = text.match(/2026, \d+:\d\d/g)
    expect(new Set(moments).size).toBe(2)
  })

  test('tells how many there are of more than two', () => {
    const { title, text } = alarmText({ ...alarm, count: 1200, kind: 'charged_twice' }, 'UTC')
    expect(title).toBe('1,200 payments of $24.00 close together, for the same thing')
    expect(text).toMatch(/The first was made on .* the last on /)
  })

  test('of a plan names the days on which they began', () => {
    const two = alarmText({ ...alarm, since: fakeNow - 40 * 86_400, kind: 'same_plan' }, 'UTC')
    expect(two.title).toBe('Two subscriptions to Pro')
    expect(new Set(two.text.match(/\w+ \d+, 2026/g)).size).toBe(2)
    const three = alarmText({ ...alarm, count: 3, plan: '', kind: 'same_plan' }, 'UTC')
    expect(three.title).toBe('3 subscriptions to Unnamed plan')
  })
})
