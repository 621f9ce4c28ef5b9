/** What the stand-in answers of invoices, payments, spending and exports. */
import { fakeNow, money } from './fakedata'
import type { FakeAccount } from './fakeaccounts'
import type { DocumentState, SavedDocument } from './types-documents'
import type {
  CurrencySpending,
  ExportRequest,
  ExportResult,
  InvoiceDetail,
  InvoiceFilter,
  InvoiceKind,
  InvoicePage,
  InvoiceRow,
  Moment,
  MonthSpending,
  PaymentFilter,
  PaymentPage,
  PaymentRow,
  Spending,
} from './types-history'
import type { Invoice, Money, Payment, Problem } from './types'

/** Which documents of an account are saved; the stand-in's vault knows. */
export type DocumentsOf = (invoice: Invoice) => { state: DocumentState; saved: SavedDocument[] }

const visa = { type: 'card', brand: 'visa', last4: '4242' }

function kindOf(invoice: Invoice): InvoiceKind {
  if (invoice.billing_reason === 'manual') return 'one_time'
  if (invoice.billing_reason === 'subscription_update') return 'change'
  return invoice.summary.includes('overage') ? 'usage' : 'plan'
}

export const dateOf = (invoice: Invoice) =>
  invoice.effective_at || invoice.finalized_at || invoice.created_at

function rowOf(invoice: Invoice, plan: string, documents: DocumentsOf): InvoiceRow {
  const paid = invoice.paid_at !== 0 && !invoice.paid_out_of_band
  return {
    ...invoice,
    lines: [],
    kind: kindOf(invoice),
    document_date: dateOf(invoice),
    plan,
    paid_with: paid && invoice.total.amount > 0 ? visa : null,
    refunded: refundedOf(invoice),
    document: documents(invoice).state,
  }
}

const refundedOf = (invoice: Invoice): Money =>
  money(invoice.credited_after.amount, invoice.currency)

const sortValue: Record<string, (row: InvoiceRow) => number | string> = {
  number: (row) => row.number,
  amount: (row) => row.total.amount,
  status: (row) => row.status,
  paid_at: (row) => row.paid_at,
  kind: (row) => row.kind,
}

/** The rows of each account, made once: searching ten thousand must not make them anew. */
const rowsOf = new WeakMap<Invoice[], InvoiceRow[]>()

export function page(
  { invoices, overview }: FakeAccount,
  filter: InvoiceFilter,
  documents: DocumentsOf,
): InvoicePage {
  const plan = overview.subscriptions[0]?.plan ?? ''
  let all = rowsOf.get(invoices)
  if (!all) rowsOf.set(invoices, (all = invoices.map((one) => rowOf(one, plan, documents))))
  const search = filter.search.toLowerCase()
  const found = all.filter(
    (one) =>
      (filter.status === '' || one.status === filter.status) &&
      (filter.kind === '' || one.kind === filter.kind) &&
      (filter.subscription_id === '' || one.subscription_id === filter.subscription_id) &&
      (filter.year === 0 || yearOf(one.document_date) === filter.year) &&
      `${one.number} ${one.summary} ${one.status} ${one.total.amount / 100}`
        .toLowerCase()
        .includes(search),
  )
  const from = filter.after === '' ? 0 : Number(filter.after)
  const until = from + (filter.limit || 50)
  return {
    rows: sorted(found, filter)
      .slice(from, until)
      .map((row) => ({ ...row, document: documents(row).state })),
    next: until < found.length ? String(until) : '',
    total: found.length,
    totals: sums(found.filter(({ status }) => status !== 'void' && status !== 'draft')),
  }
}

const yearOf = (at: number) => new Date(at * 1000).getUTCFullYear()

function sorted(rows: InvoiceRow[], { sort, descending }: InvoiceFilter): InvoiceRow[] {
  const value = sortValue[sort]
  if (!value) return sort === '' && !descending ? rows : [...rows].reverse()
  const sign = descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)]
    return left < right ? -sign : left > right ? sign : 0
  })
}

function sums(invoices: Invoice[]): Money[] {
  const totals = new Map<string, number>()
  for (const { total } of invoices) {
    totals.set(total.currency, (totals.get(total.currency) ?? 0) + total.amount)
  }
  return [...totals].map(([currency, amount]) => money(amount, currency))
}

function paymentOf(invoice: Invoice): Payment {
  const paid = invoice.status === 'paid'
  const refunded = refundedOf(invoice)
  return {
    id: invoice.payment_id,
    invoice_id: invoice.id,
    status: paid ? 'succeeded' : 'failed',
    amount: invoice.total,
    refunded,
    disputed: false,
    method_type: 'card',
    brand: 'visa',
    last4: '4242',
    failure_code: paid ? '' : 'card_declined',
    decline_code: paid ? '' : 'insufficient_funds',
    descriptor: 'EXAMPLE IDE',
    receipt_number: invoice.receipt_number,
    created_at: invoice.created_at + 3600,
    refunds:
      refunded.amount === 0
        ? []
        : [
            {
              id: 're_1',
              amount: refunded,
              status: 'succeeded',
              reason: 'requested_by_customer',
              created_at: invoice.created_at + 90_000,
            },
          ],
  }
}

const charged = (invoice: Invoice) =>
  invoice.attempted && !invoice.paid_out_of_band && invoice.collection_method !== 'send_invoice'

export function detail(
  { invoices, overview }: FakeAccount,
  id: string,
  documents: DocumentsOf,
): InvoiceDetail {
  const invoice = invoices.find((one) => one.id === id)
  if (!invoice) {
    throw { code: 'not_found', message: 'There is no such invoice.' } satisfies Problem
  }
  const refunded = refundedOf(invoice)
  const reference = (of: string) => {
    const found = invoices.find((one) => one.id === of)
    return found ? { id: found.id, number: found.number } : null
  }
  return {
    invoice,
    kind: kindOf(invoice),
    reverse_charge: invoice.taxes.some(({ reason }) => reason === 'reverse_charge'),
    payments: charged(invoice) ? [paymentOf(invoice)] : [],
    credit_notes:
      refunded.amount === 0
        ? []
        : [
            {
              id: 'cn_1',
              number: `${invoice.number}-CN-01`,
              invoice_id: id,
              type: 'post_payment',
              status: 'issued',
              reason: 'product_unsatisfactory',
              memo: 'The service was down for a day.',
              subtotal: refunded,
              discount: money(0),
              tax: money(0),
              total: refunded,
              taxes: [],
              lines: [],
              refund_id: 're_1',
              balance_transaction_id: '',
              out_of_band: money(0),
              effective_at: invoice.created_at + 90_000,
              created_at: invoice.created_at + 90_000,
              voided_at: 0,
            },
          ],
    plan: overview.subscriptions[0]?.plan ?? '',
    document_date: invoice.effective_at,
    zone: overview.zone,
    refunded,
    timeline: timelineOf(invoice),
    documents: documents(invoice).saved,
    revises: reference(invoice.revision_of_id),
    revised_by: reference(invoice.latest_revision_id),
    discounts:
      invoice.discount.amount === 0 ? [] : [{ name: 'Early adopter', amount: invoice.discount }],
  }
}

function timelineOf(invoice: Invoice): Moment[] {
  const moment = (kind: string, at: number, change: Partial<Moment> = {}): Moment => ({
    kind,
    at,
    amount: null,
    id: '',
    number: '',
    failure_code: '',
    decline_code: '',
    method: null,
    next_attempt_at: 0,
    ...change,
  })
  const { id, number, created_at: at, status } = invoice
  const moments = [moment('created', at, { id })]
  if (invoice.finalized_at) moments.push(moment('finalized', at + 60, { id, number }))
  if (charged(invoice) && (status === 'open' || status === 'uncollectible')) {
    for (const [days, reason] of [
      [0, 'insufficient_funds'],
      [3, 'expired_card'],
    ] as const) {
      moments.push(
        moment('payment_failed', at + 3600 + days * 86_400, {
          amount: invoice.total,
          failure_code: 'card_declined',
          decline_code: reason,
          method: visa,
          next_attempt_at: status === 'open' && days === 3 ? invoice.next_attempt_at : 0,
        }),
      )
    }
  }
  if (invoice.paid_at) {
    const method = charged(invoice) ? visa : null
    const kind = invoice.paid_out_of_band ? 'marked_paid' : 'paid'
    moments.push(moment(kind, invoice.paid_at, { amount: invoice.amount_paid, method }))
  }
  const refunded = refundedOf(invoice)
  if (refunded.amount !== 0) {
    const note = { amount: refunded, number: `${number}-CN-01`, id: 'cn_1' }
    moments.push(moment('refunded', at + 90_000, { amount: refunded }))
    moments.push(moment('credit_note', at + 90_000, note))
  }
  if (invoice.voided_at) moments.push(moment('voided', invoice.voided_at))
  if (status === 'uncollectible')
    moments.push(moment('uncollectible', invoice.uncollectible_at || at + 30 * 86_400))
  if (invoice.due_at) moments.push(moment('due', invoice.due_at))
  return moments.sort((a, b) => a.at - b.at)
}

export function payments({ invoices }: FakeAccount, filter: PaymentFilter): PaymentPage {
  const all = invoices.filter(charged).map((one): PaymentRow => ({
    ...paymentOf(one),
    invoice_number: one.number,
    receipt: one.status === 'paid' ? 'unsaved' : 'none',
  }))
  const search = filter.search.toLowerCase()
  const found = all.filter(
    (one) =>
      (filter.status === '' || one.status === filter.status) &&
      (filter.year === 0 || yearOf(one.created_at) === filter.year) &&
      `${one.invoice_number} ${one.last4} ${one.brand}`.toLowerCase().includes(search),
  )
  const from = filter.after === '' ? 0 : Number(filter.after)
  const until = from + (filter.limit || 50)
  return {
    rows: found.slice(from, until),
    next: until < found.length ? String(until) : '',
    total: found.length,
  }
}

export function spending({ invoices, overview }: FakeAccount, months: number): Spending {
  const counted = invoices.filter(({ status }) => status !== 'void' && status !== 'draft')
  const currencies = [...new Set(counted.map(({ currency }) => currency))]
  return {
    zone: overview.zone,
    currencies: currencies.map((currency) =>
      spendingIn(
        currency,
        counted.filter((one) => one.currency === currency),
        { months, next: overview.next_charge?.amount ?? null },
      ),
    ),
  }
}

function emptyMonth(currency: string, year = 0, month = 0): MonthSpending {
  const none = () => money(0, currency)
  return {
    year,
    month,
    plan: none(),
    usage: none(),
    packs: none(),
    tax: none(),
    credits: none(),
    refunds: none(),
    total: none(),
    paid: none(),
    invoices: 0,
  }
}

function spendingIn(
  currency: string,
  invoices: Invoice[],
  { months, next }: { months: number; next: Money | null },
): CurrencySpending {
  const monthOf = (at: number) => {
    const date = new Date(at * 1000)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }
  const last = monthOf(fakeNow)
  const oldest = Math.min(last, ...invoices.map((one) => monthOf(dateOf(one))))
  const first = months === 0 ? oldest : Math.max(last - months + 1, 0)
  const made = Array.from({ length: last - first + 1 }, (_, index) =>
    emptyMonth(currency, Math.floor((first + index) / 12), ((first + index) % 12) + 1),
  )
  const total = emptyMonth(currency)
  for (const one of invoices) {
    const month = made[monthOf(dateOf(one)) - first]
    if (!month) continue
    for (const into of [month, total]) addTo(into, one)
  }
  const likely = emptyMonth(currency, 2026, 12)
  if (next?.currency === currency) {
    likely.tax.amount = Math.round(next.amount / 6)
    likely.plan.amount = next.amount - likely.tax.amount
    likely.total.amount = next.amount
    likely.invoices = 1
  }
  return { currency, months: made, total, next: next?.currency === currency ? likely : null }
}

function addTo(month: MonthSpending, invoice: Invoice): void {
  const kind = kindOf(invoice)
  const part = kind === 'usage' ? month.usage : kind === 'one_time' ? month.packs : month.plan
  part.amount += invoice.subtotal.amount - invoice.discount.amount
  month.tax.amount += invoice.tax.amount
  month.credits.amount -= invoice.credited_after.amount
  month.refunds.amount += refundedOf(invoice).amount
  month.total.amount += invoice.total.amount - invoice.credited_after.amount
  month.paid.amount += invoice.amount_paid.amount
  month.invoices++
}

export function exported(
  account: FakeAccount,
  request: ExportRequest,
  documents: DocumentsOf,
): ExportResult {
  const chosen = account.invoices.filter(
    (one) =>
      one.status !== 'draft' &&
      (request.invoices.length > 0
        ? request.invoices.includes(one.id)
        : (request.year === 0 || yearOf(dateOf(one)) === request.year) &&
          dateOf(one) >= request.from &&
          (request.to === 0 || dateOf(one) < request.to)),
  )
  const unsaved = chosen.filter((one) => documents(one).saved.length === 0)
  const zip = request.format === 'zip'
  const name = `invoices-${request.year || 'all'}.${request.format}`
  const folder = request.folder || '/home/ada/Downloads'
  return {
    path: `${folder}/${name}`,
    file_name: name,
    files: request.lines && !zip ? [name, name.replace('.csv', '-lines.csv')] : [name],
    invoices: chosen.length,
    credit_notes: chosen.filter((one) => one.credited_after.amount !== 0).length,
    documents: zip ? chosen.length - unsaved.length : 0,
    missing_documents: zip ? unsaved.length : 0,
    missing: zip ? unsaved.map(({ number }) => number) : [],
    unsaved: zip ? unsaved.map(({ id }) => ({ kind: 'invoice', id })) : [],
    totals: sums(chosen),
  }
}
