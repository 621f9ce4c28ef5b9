/** Objects for the stand-in: made by rule, the same on every run. */
import type {
  Address,
  Invoice,
  InvoiceLine,
  InvoiceStatus,
  Money,
  PaymentMethod,
  SubscriptionView,
} from './types'

export const day = 86_400
/** 2026-11-23 12:00 UTC: the day the stand-in's world stands still at. */
export const fakeNow = 1_795_435_200

export const money = (amount: number, currency = 'usd'): Money => ({ amount, currency })

export const address = (): Address => ({
  line1: '12 Analytical Row',
  line2: '',
  city: 'London',
  state: '',
  postal_code: 'N1 9GU',
  country: 'GB',
})

export const hostileName =
  '<script>alert(1)</script> \u202Egnp.exe\u202C \u0007=HYPERLINK("x") ../../etc/passwd مرحبا ' +
  'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(160)

export function card(change: Partial<PaymentMethod> = {}): PaymentMethod {
  return {
    id: 'pm_visa',
    type: 'card',
    brand: 'visa',
    last4: '4242',
    exp_month: 4,
    exp_year: 2028,
    funding: 'credit',
    wallet: '',
    country: 'US',
    bank: '',
    email: '',
    created_at: fakeNow - 500 * day,
    ...change,
  }
}

interface InvoiceWishes {
  index: number
  at: number
  net: Money
  status?: InvoiceStatus
  text?: string
}

export function invoice({ index, at, net, status = 'paid', text }: InvoiceWishes): Invoice {
  const { currency } = net
  const description = text ?? '1 × Pro (at ' + (net.amount / 100).toFixed(2) + ' / month)'
  const tax = money(Math.round(net.amount * 0.2), currency)
  const total = money(net.amount + tax.amount, currency)
  const paid = status === 'paid' ? total : money(0, currency)
  const left = money(total.amount - paid.amount, currency)
  const taxes = [
    {
      amount: tax,
      inclusive: false,
      name: 'VAT',
      percentage: '20',
      jurisdiction: 'GB',
      reason: '',
    },
  ]
  const line: InvoiceLine = {
    id: `il_${index}`,
    description,
    amount: net,
    quantity: 1,
    period_start: at,
    period_end: at + 30 * day,
    proration: false,
    price_id: 'price_pro',
    price_type: 'recurring',
    metered: false,
    discount: money(0, currency),
    taxes,
  }
  const party = { name: 'Ada Lovelace', email: 'ada@example.com', phone: '', address: address() }
  return {
    id: `in_${String(index).padStart(6, '0')}`,
    number: status === 'draft' ? '' : `BF42-${String(index).padStart(4, '0')}`,
    receipt_number: status === 'paid' ? `2041-${String(index).padStart(4, '0')}` : '',
    status,
    summary: description,
    description: '',
    billing_reason: 'subscription_cycle',
    collection_method: 'charge_automatically',
    subscription_id: 'sub_1',
    currency,
    subtotal: net,
    discount: money(0, currency),
    tax,
    total,
    amount_due: total,
    amount_paid: paid,
    amount_remaining: left,
    starting_balance: money(0, currency),
    ending_balance: money(0, currency),
    credited_before: money(0, currency),
    credited_after: money(0, currency),
    taxes,
    discounts: [],
    tax_exempt: '',
    paid_out_of_band: false,
    auto_advance: true,
    attempted: status !== 'draft',
    attempts: status === 'open' ? 2 : 1,
    needs_confirmation: false,
    created_at: at,
    effective_at: status === 'draft' ? 0 : at,
    finalized_at: status === 'draft' ? 0 : at,
    paid_at: status === 'paid' ? at + 3600 : 0,
    voided_at: status === 'void' ? at + day : 0,
    uncollectible_at: status === 'uncollectible' ? at + 30 * day : 0,
    due_at: 0,
    next_attempt_at: status === 'open' ? fakeNow + 2 * day : 0,
    period_start: at - 30 * day,
    period_end: at,
    default_payment_method_id: '',
    payment_id: `ch_${index}`,
    revision_of_id: '',
    latest_revision_id: '',
    finalization_error: '',
    billed_to: { ...party, tax_ids: [{ type: 'gb_vat', value: 'GB123456789' }] },
    seller: {
      ...party,
      name: 'Example IDE Ltd',
      email: 'billing@ide.example',
      tax_ids: [{ type: 'eu_vat', value: 'IE1234567FA' }],
    },
    lines: [line],
  }
}

export function subscription(change: Partial<SubscriptionView> = {}): SubscriptionView {
  const start = fakeNow - 22 * day
  const end = fakeNow + 8 * day
  const next = invoice({ index: 0, at: end, net: money(2000) })
  return {
    id: 'sub_1',
    status: 'active',
    items: [
      {
        id: 'si_1',
        price_id: 'price_pro',
        product_id: 'prod_pro',
        plan: 'Pro',
        unit_amount: money(2000),
        unit_amount_known: true,
        quantity: 1,
        interval: 'month',
        interval_count: 1,
        metered: false,
      },
    ],
    discounts: [],
    currency: 'usd',
    started_at: fakeNow - 540 * day,
    period_start: start,
    period_end: end,
    trial_end: 0,
    cancel_at_period_end: false,
    cancel_at: 0,
    canceled_at: 0,
    ended_at: 0,
    cancellation_reason: '',
    pause_collection: null,
    pending_update_expires_at: 0,
    collection_method: 'charge_automatically',
    default_payment_method_id: '',
    default_source_id: '',
    latest_invoice_id: 'in_000018',
    created_at: fakeNow - 540 * day,
    upcoming: {
      at: end,
      amount_due: next.total,
      subtotal: next.subtotal,
      tax: next.tax,
      total: next.total,
      discount: next.discount,
      discounts: next.discounts,
      taxes: next.taxes,
      lines: next.lines,
    },
    plan: 'Pro',
    price: money(2000),
    price_known: true,
    interval: 'month',
    interval_count: 1,
    next_billing: { at: end, amount: next.total, amount_known: true },
    ends_at: 0,
    ended: false,
    ...change,
  }
}
