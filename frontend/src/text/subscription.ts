/** What is said of a subscription: its price, and when it is billed next or why not. */
import { formatDate } from './dates'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import type { Discount, SubscriptionView } from '../api/types'

/** What a sentence has room for of a name that comes from outside. */
const longestName = 80

/** A plan's name as a sentence says it: never empty, and never longer than the rest of it. */
export function planName(plan: string): string {
  if (plan === '') return m.plan_unnamed()
  return plan.length > longestName ? `${plan.slice(0, longestName)}…` : plan
}

/** "$20.00 per month", or why there is no such figure. */
export function priceText(subscription: SubscriptionView): string {
  const { price, price_known, interval, interval_count } = subscription
  if (!price_known) return m.price_by_use()
  if (price.amount === 0) return m.price_free()
  const amount = formatMoney(price)
  if (interval === '' || interval_count < 1) return amount
  return m.price_per({ amount, interval: intervalText(interval, interval_count) })
}

function intervalText(interval: string, count: number): string {
  switch (interval) {
    case 'day':
      return m.interval_day({ count })
    case 'week':
      return m.interval_week({ count })
    case 'month':
      return m.interval_month({ count })
    case 'year':
      return m.interval_year({ count })
    default:
      return count === 1 ? interval : `${count} ${interval}`
  }
}

/** Why a subscription without a next bill has none, in one sentence. */
export function noBillingReason(subscription: SubscriptionView, zone: string): string {
  const date = formatDate(subscription.ends_at, zone)
  if (subscription.status === 'incomplete_expired') return m.no_billing_never_started()
  if (subscription.ended) {
    return date === '' ? m.no_billing_ended() : m.no_billing_ended_on({ date })
  }
  if (subscription.status === 'incomplete') return m.no_billing_incomplete()
  if (subscription.status === 'unpaid') return m.no_billing_unpaid()
  if (subscription.status === 'paused') return m.no_billing_paused()
  if (date !== '') return m.no_billing_ends_on({ date })
  if (subscription.pause_collection) {
    const resumes = formatDate(subscription.pause_collection.resumes_at, zone)
    return resumes === ''
      ? m.no_billing_collection_paused()
      : m.no_billing_collection_paused_until({ date: resumes })
  }
  return m.no_billing_unknown()
}

/** A discount as "Name: 25% off until Dec 1, 2026". */
export function discountText(discount: Discount, zone: string): string {
  const off = discount.amount_off
    ? formatMoney(discount.amount_off)
    : `${discount.percent_off / 100}%`
  const until = formatDate(discount.ends_at, zone)
  return until === '' ? m.discount_off({ off }) : m.discount_off_until({ off, date: until })
}
