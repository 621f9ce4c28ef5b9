/** What the stand-in answers of payment methods and plans, and what its hosted pages do. */
import { card, fakeNow, money } from './fakedata'
import type { FakeAccount } from './fakeaccounts'
import type {
  ChargedMethod,
  Invoice,
  PaymentMethod,
  Problem,
  SubscriptionView,
  Upcoming,
} from './types'
import type {
  Change,
  ChangeKind,
  HandOffRequest,
  MethodView,
  MethodWarning,
  NextInvoice,
  PaymentMethodsView,
  PlanView,
  PortalFeatures,
  Reason,
  Shadow,
} from './types-portal'

export class FakePortal {
  readonly features: PortalFeatures
  readonly #account: FakeAccount
  #default: string

  constructor(name: string, account: FakeAccount) {
    this.#account = account
    this.#default = defaultOf(account)
    this.features = {
      known: name !== 'new',
      add_card: true,
      cancel: true,
      cancel_at_once: false,
      change_plan: name !== 'past_due',
      invoice_history: true,
      customer_update: ['email', 'address', 'tax_id'],
    }
  }

  methods(): PaymentMethodsView {
    const { overview } = this.#account
    const methods = overview.payment_methods.map((one) => this.#view(one))
    return {
      methods: methods.sort((a, b) => Number(b.default) - Number(a.default)),
      in_use: overview.method_in_use,
      next_charge: overview.next_charge,
      shadows: this.#shadows(),
      portal: this.features,
      synced_at: overview.synced_at,
    }
  }

  fix(subscription: string): void {
    const [shadow] = this.#shadows()
    if (shadow?.subscription_id !== subscription) {
      const message = 'This subscription is charged to your default already.'
      throw { code: 'invalid', message } satisfies Problem
    }
    this.#charge()
  }

  setDefault(id: string): void {
    if (!this.#saved(id)) {
      const message = 'This payment method is not among the saved ones.'
      throw { code: 'invalid', message } satisfies Problem
    }
    this.#default = id
    if (this.#account.overview.method_in_use?.origin !== 'subscription') this.#charge()
  }

  plan(id: string): PlanView {
    const { subscriptions, synced_at } = this.#account.overview
    const shown = id === '' ? subscriptions[0] : subscriptions.find((one) => one.id === id)
    if (!shown) {
      throw { code: 'not_found', message: 'There is no such subscription.' } satisfies Problem
    }
    return {
      subscription: shown,
      portal: this.features,
      next: shown.upcoming && this.#next(shown.id, shown.upcoming),
      ending: shown.ends_at === 0 ? null : this.#ending(shown),
      pending_until: shown.pending_update_expires_at,
      synced_at,
    }
  }

  /** Does what a person would do on the hosted pages, and tells what is another then. */
  visit({ flow, subscription_id: id, invoice_id: invoiceID }: HandOffRequest): Change[] {
    const [first] = this.#account.overview.subscriptions
    const { subscriptions } = this.#account.overview
    const about = id === '' ? first : subscriptions.find((one) => one.id === id)
    switch (flow) {
      case 'add-card':
        return this.#addCard()
      case 'cancel':
        return about ? cancel(about) : []
      case 'undo':
        return about ? undo(about) : []
      case 'change-plan':
        return about ? changePlan(about) : []
      case 'pay-invoice':
        return this.#pay(invoiceID)
      default:
        return []
    }
  }

  #view(method: PaymentMethod): MethodView {
    const { overview } = this.#account
    const charged = overview.method_in_use?.id === method.id
    const warnings: MethodWarning[] = []
    if (method.exp_year !== 0) {
      const expiry = Date.UTC(method.exp_year, method.exp_month) / 1000
      if (expiry <= fakeNow) warnings.push('expired')
      else if (charged && expiry <= (overview.next_charge?.at ?? 0)) {
        warnings.push('expires_before_charge')
      }
    }
    const lonely = overview.payment_methods.length === 1
    if (lonely && (overview.next_charge || overview.owed.length > 0)) {
      warnings.push('last_while_owed')
    }
    return {
      ...method,
      default: method.id === this.#default,
      charged,
      warnings,
      used_by: charged
        ? overview.subscriptions.filter((one) => !one.ended).map(({ id }) => id)
        : [],
    }
  }

  #shadows(): Shadow[] {
    const { method_in_use: inUse, subscriptions } = this.#account.overview
    const [first] = subscriptions
    if (!first || inUse?.origin !== 'subscription' || inUse.id === this.#default) return []
    return [
      {
        origin: inUse.origin,
        subscription_id: first.id,
        invoice_id: '',
        charged_id: inUse.id,
        charged: inUse.method,
        hidden: this.#saved(this.#default),
        fixable: true,
      },
    ]
  }

  #saved = (id: string) =>
    this.#account.overview.payment_methods.find((one) => one.id === id) ?? null

  /** From now on the customer's default is charged. */
  #charge(): void {
    const { overview } = this.#account
    const charged: ChargedMethod = {
      id: this.#default,
      origin: 'customer',
      method: this.#saved(this.#default),
    }
    overview.method_in_use = charged
    if (overview.next_charge) overview.next_charge.method = charged
  }

  #addCard(): Change[] {
    const { payment_methods: saved } = this.#account.overview
    const added = card({
      id: `pm_${saved.length + 1}`,
      brand: 'mastercard',
      last4: '4444',
      exp_year: 2030,
      created_at: fakeNow,
    })
    saved.push(added)
    this.setDefault(added.id)
    return [
      change('method_added', { method: added }),
      change('default_method_changed', { method: added }),
    ]
  }

  #pay(id: string): Change[] {
    const paid = this.#account.invoices.find((one) => one.id === id)
    if (paid?.status !== 'open') return []
    const amount = paid.amount_remaining
    Object.assign(paid, {
      status: 'paid',
      paid_at: fakeNow,
      amount_paid: paid.total,
      amount_remaining: money(0, paid.currency),
    } satisfies Partial<Invoice>)
    const { overview } = this.#account
    overview.owed = this.#account.invoices
      .filter(({ status }) => status === 'open')
      .map((one) => one.amount_remaining)
    const [first] = overview.subscriptions
    if (first?.status === 'past_due') first.status = 'active'
    const { number } = paid
    return [change('invoice_paid', { invoice_id: id, number, amount, at: fakeNow })]
  }

  #next(subscription: string, upcoming: Upcoming): NextInvoice {
    const last = this.#account.invoices.find(
      (one) => one.subscription_id === subscription && one.billing_reason === 'subscription_cycle',
    )
    if (!last || last.currency !== upcoming.total.currency) {
      return { ...upcoming, last: null, difference: null, reasons: [] }
    }
    const { id, number, total, finalized_at: date } = last
    return {
      ...upcoming,
      last: { id, number, date, total },
      difference: money(upcoming.total.amount - total.amount, last.currency),
      reasons: reasonsFor(upcoming, last),
    }
  }

  #ending({ id, ends_at: at, ended, canceled_at, cancellation_reason: reason }: SubscriptionView) {
    const open = this.#account.invoices.filter(
      (one) => one.subscription_id === id && one.status === 'open',
    )
    return { at, scheduled: !ended, canceled_at, reason, open_invoices: open.map((one) => one.id) }
  }
}

/** What hides behind a subscription's own card is the other one. */
function defaultOf({ overview }: FakeAccount): string {
  const { method_in_use: inUse, payment_methods: saved } = overview
  if (inUse?.origin !== 'subscription') return inUse?.id ?? ''
  return saved.find(({ id }) => id !== inUse.id)?.id ?? inUse.id
}

function reasonsFor(next: Upcoming, last: Invoice): Reason[] {
  const currency = last.currency
  const none = { price_before: null, price_after: null, quantity_before: 0, quantity_after: 0 }
  const net = next.subtotal.amount - last.subtotal.amount
  const discount = last.discount.amount - next.discount.amount
  const tax = next.total.amount - last.total.amount - net - discount
  const description = next.lines[0]?.description ?? ''
  const all: Reason[] = [
    {
      ...none,
      kind: 'price',
      amount: money(net, currency),
      description,
      price_before: last.subtotal,
      price_after: next.subtotal,
    },
    { ...none, kind: 'discount', amount: money(discount, currency), description: '' },
    { ...none, kind: 'tax', amount: money(tax, currency), description: '' },
  ]
  return all.filter(({ amount }) => amount.amount !== 0)
}

function cancel(about: SubscriptionView): Change[] {
  Object.assign(about, {
    cancel_at_period_end: true,
    canceled_at: fakeNow,
    cancellation_reason: 'cancellation_requested',
    ends_at: about.period_end,
    next_billing: null,
    upcoming: null,
  } satisfies Partial<SubscriptionView>)
  const { id, plan, period_end: at } = about
  return [change('cancellation_scheduled', { subscription_id: id, plan, at })]
}

function undo(about: SubscriptionView): Change[] {
  Object.assign(about, {
    cancel_at_period_end: false,
    canceled_at: 0,
    cancellation_reason: '',
    ends_at: 0,
    next_billing: { at: about.period_end, amount: about.price, amount_known: false },
  } satisfies Partial<SubscriptionView>)
  return [change('cancellation_undone', { subscription_id: about.id, plan: about.plan })]
}

function changePlan(about: SubscriptionView): Change[] {
  const before = about.plan
  const price = money(about.price.amount * 2, about.price.currency)
  Object.assign(about, { plan: `${before}+`, price } satisfies Partial<SubscriptionView>)
  const plan = about.plan
  return [change('plan_changed', { subscription_id: about.id, plan, plan_before: before })]
}

export function change(kind: ChangeKind, about: Partial<Change> = {}): Change {
  return {
    kind,
    subscription_id: '',
    invoice_id: '',
    number: '',
    plan: '',
    plan_before: '',
    method: null,
    tax_id: null,
    amount: null,
    at: 0,
    fields: [],
    ...about,
  }
}
