/** Accounts for the stand-in: made by rule, the same on every run. */
import type {
  Address,
  Invoice,
  InvoiceLine,
  InvoiceStatus,
  Money,
  Overview,
  PaymentMethod,
  SubscriptionView,
} from './types'

const day = 86_400
/** 2026-11-23 12:00 UTC: the day the stand-in's world stands still at. */
export const fakeNow = 1_795_435_200

export const money = (amount: number, currency = 'usd'): Money => ({ amount, currency })

const address = (): Address => ({
  line1: '12 Analytical Row',
  line2: '',
  city: 'London',
  state: '',
  postal_code: 'N1 9GU',
  country: 'GB',
})

const hostileName =
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
    paid_out_of_band: false,
    auto_advance: true,
    attempted: status !== 'draft',
    attempts: status === 'open' ? 2 : 1,
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

const monthly = (count: number, text?: string): Invoice[] =>
  Array.from({ length: count }, (_, age) =>
    invoice({
      index: count - age,
      at: fakeNow - 22 * day - age * 30 * day,
      net: money(2000),
      ...(text === undefined ? {} : { text }),
    }),
  )

function manyInvoices(): Invoice[] {
  const currencies = ['usd', 'jpy', 'kwd']
  const statuses: InvoiceStatus[] = ['paid', 'paid', 'paid', 'paid', 'void', 'uncollectible']
  return Array.from({ length: 10_000 }, (_, age) =>
    invoice({
      index: 10_000 - age,
      at: fakeNow - age * 7200,
      net: money(500 + ((age * 7919) % 90_000), currencies[age % 3]),
      status: age < 2 ? 'open' : (statuses[age % statuses.length] ?? 'paid'),
    }),
  )
}

/** An account of the stand-in: its dashboard and its invoices, newest first. */
export interface FakeAccount {
  overview: Overview
  invoices: Invoice[]
}

function account(
  scenario: string,
  invoices: Invoice[],
  change: Partial<Overview> = {},
): FakeAccount {
  const plan = change.subscriptions?.[0] ?? subscription()
  const inUse = { id: 'pm_visa', origin: 'customer' as const, method: card() }
  const open = invoices.filter((one) => one.status === 'open')
  return {
    invoices,
    overview: {
      identity: {
        connection: 'sandbox',
        scenario,
        host: '',
        customer_id: 'cus_fake',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        deleted: false,
      },
      synced_at: fakeNow,
      zone: 'UTC',
      subscriptions: [subscription()],
      next_charge: plan.next_billing && {
        ...plan.next_billing,
        method: inUse,
        invoice_id: '',
        subscription_id: plan.id,
      },
      method_in_use: inUse,
      payment_methods: [card()],
      billing_information: {
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        phone: '',
        address: address(),
        tax_ids: [
          {
            id: 'txi_1',
            type: 'gb_vat',
            value: 'GB123456789',
            country: 'GB',
            verification: 'verified',
            created_at: fakeNow - 400 * day,
          },
        ],
      },
      owed: open.map((one) => one.amount_remaining),
      latest_invoices: invoices.slice(0, 6),
      invoice_count: invoices.length,
      invoice_years: [2026, 2025],
      ...change,
    },
  }
}

const nobody = { method_in_use: null, payment_methods: [], next_charge: null }

/** Every account the stand-in can show, made when it is asked for. */
export const fakeAccounts: Readonly<Record<string, () => FakeAccount>> = {
  active: () => account('active', monthly(18)),
  new: () => {
    const free = subscription({
      plan: 'Free',
      price: money(0),
      upcoming: null,
      next_billing: { at: fakeNow + 8 * day, amount: money(0), amount_known: true },
    })
    const made = account('new', [], { ...nobody, subscriptions: [free], invoice_years: [] })
    const { billing_information: information } = made.overview
    information.tax_ids = []
    information.address = {
      line1: '',
      line2: '',
      city: '',
      state: '',
      postal_code: '',
      country: '',
    }
    return made
  },
  many: () =>
    account('many', manyInvoices(), {
      subscriptions: [
        subscription(),
        subscription({
          id: 'sub_2',
          plan: 'Team seats',
          price: money(1_250_000, 'jpy'),
          interval: 'year',
          status: 'trialing',
          trial_end: fakeNow + 5 * day,
          upcoming: null,
          next_billing: { at: fakeNow + 5 * day, amount: money(0, 'jpy'), amount_known: false },
        }),
        subscription({
          id: 'sub_3',
          plan: 'Power',
          status: 'canceled',
          ended: true,
          ends_at: fakeNow - 200 * day,
          next_billing: null,
        }),
      ],
      payment_methods: [
        card(),
        card({
          id: 'pm_sepa',
          type: 'sepa_debit',
          brand: '',
          last4: '3000',
          exp_month: 0,
          exp_year: 0,
        }),
        card({
          id: 'pm_new',
          type: 'quantum_pay',
          brand: '',
          last4: '',
          exp_month: 0,
          exp_year: 0,
        }),
      ],
    }),
  hostile: () => {
    const made = account('hostile', monthly(5, hostileName), {
      subscriptions: [subscription({ plan: hostileName })],
    })
    const { overview } = made
    Object.assign(overview.identity, { name: hostileName, email: hostileName })
    Object.assign(overview.billing_information, { name: hostileName, email: hostileName })
    Object.assign(overview.billing_information.address, { line1: hostileName, city: hostileName })
    for (const one of made.invoices) {
      one.number = hostileName
      one.billed_to.name = hostileName
      one.description = hostileName
    }
    return made
  },
  past_due: () => {
    const [newest, ...older] = monthly(18)
    const at = newest?.created_at ?? fakeNow
    const unpaid = invoice({ index: 18, at, net: money(2000), status: 'open' })
    const expiring = card({ brand: 'mastercard', last4: '4444', exp_month: 10, exp_year: 2026 })
    const inUse = { id: expiring.id, origin: 'subscription' as const, method: expiring }
    return account('past_due', [unpaid, ...older], {
      subscriptions: [subscription({ status: 'past_due' })],
      payment_methods: [expiring, card({ id: 'pm_other' })],
      method_in_use: inUse,
      next_charge: {
        at: unpaid.next_attempt_at,
        amount: unpaid.amount_remaining,
        amount_known: true,
        method: inUse,
        invoice_id: unpaid.id,
        subscription_id: 'sub_1',
      },
    })
  },
  ending: () =>
    account('ending', monthly(3), {
      subscriptions: [
        subscription({
          cancel_at_period_end: true,
          ends_at: fakeNow + 8 * day,
          next_billing: null,
          upcoming: null,
        }),
      ],
      next_charge: null,
    }),
  offline: () => account('offline', monthly(18)),
  first_pull: () => {
    const made = account('first_pull', [])
    return { ...made, overview: { ...made.overview, synced_at: 0, subscriptions: [] } }
  },
}
