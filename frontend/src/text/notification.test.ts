import { afterEach, describe, expect, test } from 'vitest'
import { speak } from './language.svelte'
import { daysOf, kindNames, notificationText } from './notification'
import { card, fakeNow, money } from '../api/fakedata'
import type { Notification, NotificationKind } from '../api/types-notice'

afterEach(() => speak('system'))

const told = (change: Partial<Notification> = {}): Notification => ({
  kind: 'payment_failed',
  key: 'payment_failed/in_1',
  at: fakeNow,
  subscription_id: 'sub_1',
  plan: 'Pro',
  invoice_id: 'in_1',
  invoice_number: 'A-1',
  amount: money(2400),
  amount_known: true,
  method: { id: 'pm_1', origin: 'customer', method: card() },
  missing: ['name', 'address'],
  as_of: 0,
  ...change,
})

const kinds = Object.keys(kindNames) as NotificationKind[]

describe.each(kinds)('%s', (kind) => {
  test('has a title and a body of its own in both languages', () => {
    const written = (['en', 'de'] as const).map((language) => {
      speak(language)
      return notificationText(told({ kind }), 'UTC', fakeNow - 1)
    })
    for (const { title, body } of written) {
      expect(title).not.toMatch(/^$|notify_|[{}]|undefined/)
      expect(body).not.toMatch(/^$|notify_|[{}]|undefined/)
    }
    expect(written[0]?.title).not.toBe(written[1]?.title)
  })
})

describe('a notification says', () => {
  test('which payment failed, for what, from which card', () => {
    const { title, body } = notificationText(told(), 'UTC', fakeNow)
    expect(title).toMatch(/24\.00 did not go through/)
    expect(body).toBe(
      'For Pro, invoice A-1, from Visa •••• 4242. Billfold shows why, and what helps.',
    )
  })

  test('what has no plan by its invoice', () => {
    const bare = told({ kind: 'access_restored', plan: '', subscription_id: '' })
    const { title, body } = notificationText(bare, 'UTC', fakeNow)
    expect(title).toMatch(/^Paid: .*24\.00 for invoice A-1$/)
    expect(body).toBe('Nothing is owed on invoice A-1 any more.')
  })

  test('a plan without a name as a sentence begins', () => {
    const { title } = notificationText(told({ kind: 'renewal', plan: ' ' }), 'UTC', fakeNow)
    expect(title).toMatch(/^Your subscription renews on /)
  })

  test('that it comes from an old copy', () => {
    const { body } = notificationText(told({ as_of: fakeNow }), 'UTC', fakeNow)
    expect(body).toMatch(/As of .*2026.*could not be asked since\.$/)
  })

  test('what is not known as not known', () => {
    const { body } = notificationText(
      told({ kind: 'renewal', amount_known: false, method: null }),
      'UTC',
      fakeNow,
    )
    expect(body).toBe('It charges an amount that is not known yet to your payment method.')
  })

  test('whether the end is ahead or has come', () => {
    const end = told({ kind: 'subscription_ends' })
    expect(notificationText(end, 'UTC', fakeNow - 1).title).toMatch(/^Pro ends on /)
    expect(notificationText(end, 'UTC', fakeNow).title).toBe('Pro has ended')
  })
})

test.each([
  ['3', [3]],
  ['14, 3', [14, 3]],
  ['7;7 1', [7, 1]],
  ['', []],
  ['0', null],
  ['61', null],
  ['three', null],
  ['-3', null],
])('%j is read as the days %j', (text, days) => {
  expect(daysOf(text)).toEqual(days)
})
