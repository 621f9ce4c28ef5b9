/** What is said of spending, and how a month is divided for its picture. */
import { formatMonth } from './dates'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import type { Money } from '../api/types'
import type { MonthSpending } from '../api/types-history'

/** The parts of a month's bar, from the bottom up; each has a colour of its own. */
export type SpendingPart = 'plan' | 'usage' | 'tax' | 'credits'

export const spendingParts: readonly SpendingPart[] = ['plan', 'usage', 'tax', 'credits']

export function partText(part: SpendingPart): string {
  switch (part) {
    case 'plan':
      return m.spending_plan()
    case 'usage':
      return m.spending_usage()
    case 'tax':
      return m.tax()
    case 'credits':
      return m.spending_credits()
  }
}

/** What a part came to in a month; overage and packs are one. */
export function partOf(month: MonthSpending, part: SpendingPart): Money {
  if (part !== 'usage') return month[part]
  return { amount: month.usage.amount + month.packs.amount, currency: month.usage.currency }
}

/** A month in one line, for who hears it rather than sees it. */
export function monthText(month: MonthSpending, likely: boolean): string {
  const name = formatMonth(month.year, month.month, 'long')
  const total = formatMoney(month.total)
  if (likely) return m.spending_likely({ month: name, total })
  if (month.invoices === 0) return m.spending_nothing({ month: name })
  const parts = spendingParts
    .map((part) => ({ part, amount: partOf(month, part) }))
    .filter(({ amount }) => amount.amount !== 0)
    .map(({ part, amount }) => `${partText(part)} ${formatMoney(amount)}`)
  return `${name}: ${total}. ${parts.join(', ')}.`
}
