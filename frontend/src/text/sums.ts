/** What the lines of an invoice come to, down to what is left to pay. */
import { taxReasonText, taxText } from './invoice'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import type { LineDiscount, Money, TaxAmount, Upcoming } from '../api/types'
import type { InvoiceDetail } from '../api/types-history'

/** One row below the lines. */
export interface Sum {
  name: string
  amount: Money
  /** What has to be said of it, "" for nothing. */
  why: string
  strong: boolean
}

const absolute = ({ amount, currency }: Money): Money => ({ amount: Math.abs(amount), currency })
const negated = ({ amount, currency }: Money): Money => ({ amount: -amount, currency })

const sum = (name: string, amount: Money, look: Partial<Sum> = {}): Sum => ({
  name,
  amount,
  why: '',
  strong: false,
  ...look,
})

/** What a bill says of its sums, whether it was made already or is to come. */
interface Billed {
  subtotal: Money
  discount: Money
  discounts: LineDiscount[]
  tax: Money
  taxes: TaxAmount[]
  total: Money
  amount_due: Money
}

/** From the subtotal to what is due. */
function billSums(bill: Billed, discounts: LineDiscount[], balanceNote: string): Sum[] {
  const balance = bill.amount_due.amount - bill.total.amount
  const sums = [
    sum(m.subtotal(), bill.subtotal),
    ...discountSums(bill, discounts),
    ...taxSums(bill),
    sum(m.total(), bill.total, { strong: true }),
  ]
  if (balance === 0) return sums
  const { currency } = bill.total
  const name = balance < 0 ? m.credit_applied() : m.balance_added()
  return [
    ...sums,
    sum(name, { amount: balance, currency }, { why: balanceNote }),
    sum(m.amount_due(), bill.amount_due),
  ]
}

function discountSums({ discount }: Billed, discounts: LineDiscount[]): Sum[] {
  if (discounts.length > 0) {
    return discounts.map(({ name, amount }) =>
      sum(name === '' ? m.discount() : m.discount_named({ name }), negated(amount)),
    )
  }
  return discount.amount === 0 ? [] : [sum(m.discount(), negated(discount))]
}

function taxSums({ tax, taxes }: Billed): Sum[] {
  if (taxes.length > 0) {
    return taxes.map((one) => sum(taxText(one), one.amount, { why: taxReasonText(one.reason) }))
  }
  return tax.amount === 0 ? [] : [sum(m.tax(), tax)]
}

/** The sums of an invoice that is to come. */
export function sumsToCome(upcoming: Upcoming): Sum[] {
  return billSums(upcoming, upcoming.discounts, '')
}

/** The sums of an invoice, with what was paid and refunded. */
export function sumsOf(detail: InvoiceDetail): Sum[] {
  const { invoice, refunded } = detail
  const sums = billSums(invoice, detail.discounts, balanceNote(detail))
  if (invoice.credited_before.amount !== 0) {
    sums.push(sum(m.credit_notes(), negated(invoice.credited_before)))
  }
  if (invoice.amount_paid.amount !== 0) sums.push(sum(m.paid(), negated(invoice.amount_paid)))
  if (invoice.status !== 'void') {
    const name = invoice.status === 'open' ? m.left_to_pay() : m.remaining_label()
    sums.push(sum(name, invoice.amount_remaining, { strong: true }))
  }
  if (refunded.amount !== 0) sums.push(sum(m.refunded_since(), negated(refunded)))
  return sums
}

/** Said only where the balance played a part. */
function balanceNote({ invoice }: InvoiceDetail): string {
  const { starting_balance: starting, ending_balance: ending } = invoice
  if (starting.amount >= 0) return ''
  const before = formatMoney(absolute(starting))
  if (ending === null || ending.amount >= 0) return m.balance_used_up({ before })
  return m.balance_left({ before, after: formatMoney(absolute(ending)) })
}
