/** What is said of an invoice: what it is for, what its state means, its taxes. */
import { formatDate, formatInstant } from './dates'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import { humanised } from './status'
import type { Invoice, TaxAmount } from '../api/types'
import type { InvoiceDetail, InvoiceKind } from '../api/types-history'

export function kindText(kind: InvoiceKind): string {
  switch (kind) {
    case 'plan':
      return m.kind_plan()
    case 'change':
      return m.kind_change()
    case 'usage':
      return m.kind_usage()
    case 'one_time':
      return m.kind_one_time()
    default:
      return humanised(kind)
  }
}

/** What an invoice's state means for the person, in one sentence, as of now (Unix seconds). */
export function meaningOf(detail: InvoiceDetail, now: number): string {
  const { invoice } = detail
  switch (invoice.status) {
    case 'draft':
      return invoice.finalization_error === '' ? m.means_draft() : m.means_draft_stuck()
    case 'open':
      return openMeaning(invoice, detail.zone, now)
    case 'paid':
      return paidMeaning(detail)
    case 'uncollectible':
      return m.means_uncollectible({ amount: formatMoney(invoice.amount_remaining) })
    case 'void':
      return detail.revised_by ? m.means_replaced() : m.means_void()
    default:
      return ''
  }
}

function openMeaning(invoice: Invoice, zone: string, now: number): string {
  const amount = formatMoney(invoice.amount_remaining)
  if (invoice.amount_remaining.amount === 0) return m.means_open_nothing()
  if (invoice.collection_method === 'send_invoice') {
    const date = formatDate(invoice.due_at, zone)
    if (date === '') return m.means_sent({ amount })
    return invoice.due_at < now
      ? m.means_sent_late({ amount, date })
      : m.means_sent_by({ amount, date })
  }
  if (invoice.next_attempt_at !== 0) {
    const moment = formatInstant(invoice.next_attempt_at)
    return invoice.attempted ? m.means_retry({ amount, moment }) : m.means_first({ amount, moment })
  }
  return invoice.attempted ? m.means_no_retry({ amount }) : m.means_waiting({ amount })
}

function paidMeaning({ invoice, refunded, zone }: InvoiceDetail): string {
  const date = formatDate(invoice.paid_at, zone)
  if (invoice.paid_out_of_band) return m.means_marked_paid()
  if (invoice.total.amount === 0) return m.means_nothing_due()
  if (invoice.amount_paid.amount === 0 && invoice.total.amount > 0) return m.means_paid_by_credit()
  if (refunded.amount > 0) {
    const amount = formatMoney(refunded)
    return refunded.amount >= invoice.amount_paid.amount
      ? m.means_refunded({ amount })
      : m.means_partly_refunded({ amount, date })
  }
  return date === '' ? m.means_paid() : m.means_paid_on({ date })
}

/** A tax by its name, rate and place: "VAT 20% GB". */
export function taxText({ name, percentage, jurisdiction, inclusive }: TaxAmount): string {
  const text = [name || m.tax(), percentage && `${percentage}%`, jurisdiction]
    .filter((part) => part !== '')
    .join(' ')
  return inclusive ? m.tax_included({ tax: text }) : text
}

/** Why a tax is nothing, or not the usual; "" for the ordinary case. */
export function taxReasonText(reason: string): string {
  switch (reason) {
    case '':
    case 'standard_rated':
    case 'reduced_rated':
    case 'portion_standard_rated':
    case 'portion_reduced_rated':
    case 'taxable_basis_reduced':
      return ''
    case 'reverse_charge':
      return m.tax_reverse_charge()
    case 'customer_exempt':
      return m.tax_customer_exempt()
    case 'not_collecting':
      return m.tax_not_collecting()
    case 'not_subject_to_tax':
    case 'not_supported':
      return m.tax_not_subject()
    case 'product_exempt':
    case 'product_exempt_holiday':
    case 'portion_product_exempt':
      return m.tax_product_exempt()
    case 'zero_rated':
      return m.tax_zero_rated()
    default:
      return humanised(reason)
  }
}
