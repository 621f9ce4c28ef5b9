/** Accounts for the stand-in, by the name of what they show. */
import { card, day, fakeNow, hostileName, address, invoice, money, subscription } from './fakedata'
import { everyState } from './fakestates'
import type { Invoice, InvoiceStatus, Overview } from './types'

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

function neverPulled(name: string): FakeAccount {
  const made = account(name, [])
  return { ...made, overview: { ...made.overview, synced_at: 0, subscriptions: [] } }
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
        signed_in_as: '',
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
  states: () => account('states', everyState()),
  vault: () => account('vault', monthly(18)),
  offline: () => account('offline', monthly(18)),
  first_pull: () => neverPulled('first_pull'),
  signed_out: () => neverPulled('signed_out'),
}
