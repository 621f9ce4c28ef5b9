import { describe, expect, test } from 'vitest'
import { addressLines, taxIDType } from './address'
import { expiresBefore, methodText } from './method'
import { problemWords } from './problem'
import { invoiceLabel, subscriptionLabel } from './status'
import { noBillingReason, priceText } from './subscription'
import { card, fakeNow, invoice, money, subscription } from '../api/fakedata'
import type { Code, Invoice, SubscriptionView } from '../api/types'

const billed = (change: Partial<Invoice> = {}): Invoice => ({
  ...invoice({ index: 1, at: fakeNow, net: money(1000), status: change.status ?? 'paid' }),
  ...change,
})

describe('a subscription is labelled', () => {
  const labels: [Partial<SubscriptionView>, string, string][] = [
    [{ status: 'incomplete' }, 'Waiting for payment', 'warn'],
    [{ status: 'incomplete_expired', ended: true }, 'Never started', 'neutral'],
    [{ status: 'trialing' }, 'Trial', 'info'],
    [{ status: 'active' }, 'Active', 'good'],
    [{ status: 'past_due' }, 'Past due', 'warn'],
    [{ status: 'canceled', ended: true, ends_at: fakeNow }, 'Ended', 'neutral'],
    [{ status: 'unpaid' }, 'Unpaid', 'bad'],
    [{ status: 'paused' }, 'Paused', 'neutral'],
    [{ status: 'active', ends_at: fakeNow }, 'Ends on Nov 23, 2026', 'warn'],
    [{ status: 'trialing', ends_at: fakeNow }, 'Ends on Nov 23, 2026', 'warn'],
    [{ status: 'past_due', ends_at: fakeNow }, 'Past due', 'warn'],
    [{ pause_collection: { behavior: 'void', resumes_at: 0 } }, 'Collection paused', 'neutral'],
    [{ status: 'hibernating' as 'active' }, 'Hibernating', 'neutral'],
  ]
  test.each(labels)('%o: %s', (change, text, tone) => {
    expect(subscriptionLabel(subscription(change), 'UTC')).toEqual({ text, tone })
  })
})

describe('an invoice is labelled', () => {
  const labels: [Partial<Invoice>, string, string][] = [
    [{ status: 'draft' }, 'Draft', 'neutral'],
    [{ status: 'open' }, 'Payment due', 'warn'],
    [{ status: 'open', attempted: false }, 'Payment due', 'info'],
    [{ status: 'open', due_at: fakeNow - 1 }, 'Past due', 'warn'],
    [{ status: 'open', amount_remaining: money(0) }, 'Open', 'info'],
    [{ status: 'paid' }, 'Paid', 'good'],
    [{ status: 'paid', paid_out_of_band: true }, 'Marked paid by vendor', 'good'],
    [{ status: 'uncollectible' }, 'Uncollectible', 'bad'],
    [{ status: 'void' }, 'Void', 'neutral'],
  ]
  test.each(labels)('%o: %s', (change, text, tone) => {
    expect(invoiceLabel(billed(change), fakeNow)).toEqual({ text, tone })
  })
})

describe('a subscription without a next bill says why', () => {
  const reasons: [Partial<SubscriptionView>, RegExp][] = [
    [{ status: 'active', ends_at: fakeNow }, /ends on Nov 23, 2026/],
    [{ status: 'canceled', ended: true, ends_at: fakeNow }, /ended on Nov 23, 2026/],
    [{ status: 'canceled', ended: true }, /has ended/],
    [{ status: 'incomplete_expired', ended: true, ends_at: fakeNow }, /never started/],
    [{ status: 'incomplete' }, /first payment/],
    [{ status: 'unpaid' }, /unpaid/],
    [{ status: 'paused' }, /paused/],
    [{ pause_collection: { behavior: 'void', resumes_at: 0 } }, /vendor has paused/],
    [{ pause_collection: { behavior: 'void', resumes_at: fakeNow } }, /until Nov 23, 2026/],
  ]
  test.each(reasons)('%o: %s', (change, reason) => {
    expect(noBillingReason(subscription({ next_billing: null, ...change }), 'UTC')).toMatch(reason)
  })
})

describe('a price', () => {
  test.each([
    [{}, /20\.00 per month$/],
    [{ interval_count: 3 }, /20\.00 every 3 months$/],
    [{ interval: 'year' }, /20\.00 per year$/],
    [{ interval: '', interval_count: 0 }, /20\.00$/],
    [{ price_known: false }, /^Billed by use$/],
    [{ price: money(0) }, /^No charge$/],
  ])('%o: %s', (change, text) => {
    expect(priceText(subscription(change))).toMatch(text)
  })
})

describe('a payment method', () => {
  test.each([
    [{}, 'Visa •••• 4242'],
    [{ brand: 'amex' }, 'American Express •••• 4242'],
    [{ brand: 'new_brand' }, 'New Brand •••• 4242'],
    [{ brand: '' }, 'Card •••• 4242'],
    [{ type: 'link', brand: '', last4: '' }, 'Link'],
    [{ type: 'quantum_pay', brand: '', last4: '' }, 'Quantum Pay'],
  ])('%o reads %s', (change, text) => {
    expect(methodText(card(change))).toBe(text)
  })

  test('works to the end of its month and not a second longer', () => {
    const expiry = card({ exp_month: 12, exp_year: 2026 })
    const newYear = Date.UTC(2027, 0, 1) / 1000
    expect(expiresBefore(expiry, newYear - 1)).toBe(false)
    expect(expiresBefore(expiry, newYear)).toBe(true)
    expect(expiresBefore(expiry, 0)).toBe(false)
    expect(expiresBefore(card({ exp_month: 0, exp_year: 0 }), newYear)).toBe(false)
  })
})

test('an address leaves out what is empty and names the country', () => {
  const empty = { line1: '', line2: '', city: '', state: '', postal_code: '', country: '' }
  expect(addressLines(empty, 'en')).toEqual([])
  expect(
    addressLines(
      { ...empty, line1: '1 Row', city: 'Berlin', postal_code: '10115', country: 'DE' },
      'en',
    ),
  ).toEqual(['1 Row', '10115 Berlin', 'Germany'])
  expect(addressLines({ ...empty, country: 'nowhere' }, 'en')).toEqual(['nowhere'])
})

test('an address is written as its country orders it, and nothing of it is lost', () => {
  const given = { line1: '1 Row', line2: '', city: 'Town', state: 'XX', postal_code: '10013' }
  expect(addressLines({ ...given, country: 'US' }, 'en')).toEqual([
    '1 Row',
    'Town, XX 10013',
    'United States',
  ])
  for (const country of ['DE', 'JP', 'GB', 'HK', 'BR', 'AE', 'ZZ', '']) {
    const text = addressLines({ ...given, country }, 'en').join('\n')
    for (const part of ['1 Row', 'Town', 'XX', '10013']) expect(text, country).toContain(part)
  }
})

test('tax numbers are named as people name them', () => {
  expect(taxIDType('eu_vat')).toBe('EU VAT')
  expect(taxIDType('us_ein')).toBe('US EIN')
  expect(taxIDType('th_vat')).toBe('TH VAT')
  expect(taxIDType('new_thing')).toBe('New Thing')
})

test('a code nobody knows is a fault of ours, with the sentence it came with', () => {
  const words = problemWords({ code: 'surprise' as Code, message: 'Something new.' })
  expect(words.title).toBe('Something went wrong in Billfold')
  expect(words.detail).toBe('Something new.')
})

test('trying again is offered only where it can help', () => {
  expect(problemWords({ code: 'offline', message: '' }).retry).toBe(true)
  expect(problemWords({ code: 'live_key', message: '' }).retry).toBe(false)
})
