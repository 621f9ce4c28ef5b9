/** Why the next invoice comes to another total than the last one. */
import { m } from './messages/messages.js'
import { formatCount, formatMoney } from './money'
import { humanised } from './status'
import type { Reason } from '../api/types-portal'

/** The reason in a few words; the line it is about stands beside it. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'proration':
      return m.reason_proration()
    case 'proration_over':
      return m.reason_proration_over()
    case 'added':
      return m.reason_added()
    case 'removed':
      return m.reason_removed()
    case 'price':
      return priceText(reason)
    case 'quantity':
      return m.reason_quantity({
        before: formatCount(reason.quantity_before),
        after: formatCount(reason.quantity_after),
      })
    case 'usage':
      return m.reason_usage()
    case 'discount_begins':
      return m.reason_discount_begins()
    case 'discount_ends':
      return m.reason_discount_ends()
    case 'discount':
      return m.reason_discount()
    case 'tax':
      return m.reason_tax()
    default:
      return humanised(reason.kind)
  }
}

function priceText({ price_before: before, price_after: after }: Reason): string {
  if (!before || !after) return m.reason_price()
  return m.reason_price_each({ before: formatMoney(before), after: formatMoney(after) })
}
