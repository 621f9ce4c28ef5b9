import { expect, test } from 'vitest'
import { changeText } from './change'
import { effectText } from './effect'
import { failureOf, handOffWords, taskOf, thereText, whyText } from './handoff'
import { reasonText } from './reason'
import { shadowWords } from './shadow'
import { card, fakeNow, money, subscription } from '../api/fakedata'
import { change } from '../api/fakeportal'
import type { Code, TaxID } from '../api/types'
import type {
  Change,
  ChangeKind,
  HandOffFlow,
  HandOffState,
  PortalFeatures,
  Reason,
  ReasonKind,
  Shadow,
} from '../api/types-portal'

const method = card()
const taxID: TaxID = {
  id: 'txi_1',
  type: 'gb_vat',
  value: 'GB123456789',
  country: 'GB',
  verification: 'verified',
  created_at: fakeNow,
}
const paid = { number: 'BF42-0018', amount: money(2400) }

test.each<[ChangeKind, Partial<Change>, RegExp]>([
  ['method_added', { method }, /^Visa •••• 4242 was added\.$/],
  ['method_removed', { method }, /was removed/],
  ['method_updated', { method }, /good until 04\/28/],
  ['method_updated', { method: card({ exp_year: 0 }) }, /^Visa •••• 4242 was updated\.$/],
  ['default_method_changed', { method }, /is your default/],
  ['default_method_changed', {}, /no default payment method any more/],
  ['charged_method_changed', { method, plan: 'Pro' }, /Pro is charged to Visa •••• 4242/],
  ['charged_method_changed', { plan: 'Pro' }, /No payment method is set for Pro/],
  ['invoice_paid', paid, /24\.00 was paid for invoice BF42-0018/],
  ['invoice_paid', { amount: money(38) }, /0\.38 was paid\.$/],
  ['invoice_created', paid, /new invoice BF42-0018 of .*24\.00/],
  ['payment_failed', paid, /could not be charged\.$/],
  ['payment_failed', { ...paid, at: fakeNow }, /next try is on Nov 23, 2026/],
  ['plan_changed', { plan: 'Pro+', plan_before: 'Pro' }, /from Pro to Pro\+/],
  ['plan_changed', { plan: 'Pro', plan_before: 'Pro' }, /What Pro consists of/],
  ['cancellation_scheduled', { plan: 'Pro', at: fakeNow }, /Pro is cancelled and ends on Nov 23/],
  ['cancellation_undone', { plan: 'Pro' }, /Pro goes on/],
  ['subscription_started', { plan: '' }, /^Unnamed plan has started|has started/],
  ['subscription_ended', { plan: 'Pro' }, /Pro has ended/],
  ['tax_id_added', { tax_id: taxID }, /GB123456789 was added/],
  ['tax_id_removed', { tax_id: taxID }, /GB123456789 was removed/],
  ['tax_id_verified', { tax_id: taxID }, /GB123456789 was verified/],
  ['tax_id_unverified', { tax_id: taxID }, /could not be verified/],
  ['billing_information_changed', {}, /billing information was changed/],
  ['moved_to_mars' as ChangeKind, {}, /Moved To Mars/],
])('%s with %o reads %s', (kind, about, words) => {
  expect(changeText(change(kind, about), 'UTC')).toMatch(words)
})

const flows: HandOffFlow[] = [
  'add-card',
  'edit-card',
  'cancel',
  'undo',
  'change-plan',
  'home',
  'pay-invoice',
]

const state = (about: Partial<HandOffState>): HandOffState => ({
  number: 1,
  phase: '',
  flow: 'add-card',
  subscription_id: '',
  invoice_id: '',
  host: 'billing.stripe.com',
  certain: true,
  returned: false,
  link_ready: true,
  started_at: fakeNow,
  returned_at: 0,
  changes: [],
  problem: null,
  support: '',
  retry: false,
  ...about,
})

test('every task has a name of its own, and its own words when nothing came of it', () => {
  expect(new Set(flows.map(taskOf)).size).toBe(flows.length)
  const nothing = flows.map((flow) => handOffWords(state({ phase: 'nothing_yet', flow }), false))
  expect(new Set(nothing.map(({ text }) => text)).size).toBe(flows.length)
})

test('where the portal has no way straight to the task, it is told what to do there', () => {
  expect(thereText('edit-card')).toMatch(/first page/)
  expect(thereText('undo')).toMatch(/keep your plan/)
  expect(thereText('cancel')).toBe('')
})

test.each(['card_entry', 'subscription_change', 'payment', 'everything_else'])(
  '%s is a reason not to do it here',
  (why) => {
    const ticket = { flow: 'home' as const, host: '', lands: '', allowed: true, why }
    expect(whyText(ticket)).toMatch(/\w+ \w+/)
  },
)

test.each<[Code, RegExp]>([
  ['offline', /cannot be reached/],
  ['signed_out', /signed out/],
  ['forbidden', /No access to the portal/],
  ['not_offered', /does not offer this/],
  ['unavailable', /not available/],
  ['rate_limited', /busy/],
  ['not_stripe', /no usable link/],
  ['not_found', /cannot be paid/],
  ['internal', /Something went wrong/],
])('a hand-off that fails with %s says %s, and that nothing is lost', (code, title) => {
  const words = handOffWords(state({ phase: 'failed', problem: { code, message: '' } }), false)
  expect(words.title).toMatch(title)
  expect(words.text).toMatch(/Everything here stays as it was/)
  expect(failureOf({ code, message: '' }).title).toBe(words.title)
})

test('a browser that only may have opened is not said to have opened', () => {
  expect(handOffWords(state({ phase: 'opened' }), false).text).toMatch(/has opened/)
  const unsure = handOffWords(state({ phase: 'opened', certain: false }), false)
  expect(unsure.text).toMatch(/should have opened.*copy the link/)
  expect(handOffWords(state({ phase: 'opened', certain: false }), true).text).toMatch(/Copy it/)
})

test('looking that failed is not told as nothing changed', () => {
  const failed = state({ phase: 'nothing_yet', problem: { code: 'offline', message: '' } })
  expect(handOffWords(failed, false).title).not.toMatch(/Nothing/)
  expect(handOffWords(failed, false).text).toMatch(/You are offline.*counts all the same/)
})

const portal: PortalFeatures = {
  known: true,
  add_card: true,
  cancel: true,
  cancel_at_once: false,
  change_plan: true,
  invoice_history: true,
  customer_update: [],
}

test.each<[Partial<PortalFeatures> | null, boolean, RegExp]>([
  [{}, false, /Pro is yours until Dec 1, 2026.*billed for it\.$/],
  [{}, true, /stays owed\.$/],
  [{ cancel_at_once: true }, false, /ends as soon as you confirm/],
  [{ known: false }, false, /when the portal says/],
  [null, false, /when the portal says/],
])('cancelling where the portal is %o, owed %s: %s', (change, owed, words) => {
  const facts = { subscription: subscription(), owed, zone: 'UTC' }
  const offers = change && { ...portal, ...change }
  expect(effectText('cancel', { ...facts, portal: offers })).toMatch(words)
})

test('undoing and changing name the day they are about; other tasks change no plan', () => {
  const facts = { subscription: subscription(), portal, owed: false, zone: 'UTC' }
  expect(effectText('undo', facts)).toMatch(/goes on after Dec 1, 2026/)
  expect(effectText('change-plan', facts)).toMatch(/up to Dec 1, 2026/)
  expect(effectText('add-card', facts)).toBe('')
})

const reason = (kind: ReasonKind, about: Partial<Reason> = {}): Reason => ({
  kind,
  amount: money(100),
  description: '',
  price_before: null,
  price_after: null,
  quantity_before: 0,
  quantity_after: 0,
  ...about,
})

test('every reason has words of its own', () => {
  const kinds: ReasonKind[] = [
    'proration',
    'proration_over',
    'added',
    'removed',
    'price',
    'usage',
    'discount_begins',
    'discount_ends',
    'discount',
    'tax',
  ]
  expect(new Set(kinds.map((kind) => reasonText(reason(kind)))).size).toBe(kinds.length)
  const dearer = { price_before: money(1900), price_after: money(2000) }
  expect(reasonText(reason('price', dearer))).toMatch(/19\.00 → .*20\.00/)
  expect(reasonText(reason('quantity', { quantity_before: 2, quantity_after: 5 }))).toMatch(/2 → 5/)
})

test('a hidden default is told by both names, also where the older one is not listed', () => {
  const shadow: Shadow = {
    origin: 'subscription',
    subscription_id: 'sub_1',
    invoice_id: '',
    charged_id: 'pm_old',
    charged: card({ last4: '0341' }),
    hidden: card(),
    fixable: true,
  }
  expect(shadowWords(shadow, 'Pro').title).toMatch(/0341 will be charged for Pro.*4242/)
  expect(shadowWords(shadow, 'Pro').remedy).toMatch(/4242/)
  expect(shadowWords({ ...shadow, charged: null }, 'Pro').title).toMatch(/older payment method/)
  const onInvoice = { ...shadow, fixable: false, invoice_id: 'in_1' }
  expect(shadowWords(onInvoice, 'Pro').text).toMatch(/cannot be changed any more/)
  expect(shadowWords(onInvoice, 'Pro').remedy).toBe('Pay now')
})
