/** What the statuses are called, and how loudly. */
import { formatDate } from './dates'
import { m } from './messages/messages.js'
import type { Invoice, SubscriptionView } from '../api/types'

export type Tone = 'neutral' | 'good' | 'info' | 'warn' | 'bad'

export interface Label {
  text: string
  tone: Tone
}

/** A subscription's state in a word or two; what is scheduled comes before what is. */
export function subscriptionLabel(subscription: SubscriptionView, zone: string): Label {
  const { status, ended, ends_at, pause_collection } = subscription
  const goesOn = status === 'active' || status === 'trialing'
  if (goesOn && !ended && ends_at !== 0) {
    return { text: m.status_ends_on({ date: formatDate(ends_at, zone) }), tone: 'warn' }
  }
  if (goesOn && pause_collection) return { text: m.status_collection_paused(), tone: 'neutral' }
  switch (status) {
    case 'incomplete':
      return { text: m.status_incomplete(), tone: 'warn' }
    case 'incomplete_expired':
      return { text: m.status_incomplete_expired(), tone: 'neutral' }
    case 'trialing':
      return { text: m.status_trialing(), tone: 'info' }
    case 'active':
      return { text: m.status_active(), tone: 'good' }
    case 'past_due':
      return { text: m.status_past_due(), tone: 'warn' }
    case 'canceled':
      return { text: m.status_canceled(), tone: 'neutral' }
    case 'unpaid':
      return { text: m.status_unpaid(), tone: 'bad' }
    case 'paused':
      return { text: m.status_paused(), tone: 'neutral' }
    default:
      return { text: humanised(status), tone: 'neutral' }
  }
}

/** An invoice's state in a word or two, as of now (Unix seconds). */
export function invoiceLabel(invoice: Invoice, now: number): Label {
  switch (invoice.status) {
    case 'draft':
      return { text: m.status_draft(), tone: 'neutral' }
    case 'open':
      return openLabel(invoice, now)
    case 'paid':
      return {
        text: invoice.paid_out_of_band ? m.status_paid_out_of_band() : m.status_paid(),
        tone: 'good',
      }
    case 'uncollectible':
      return { text: m.status_uncollectible(), tone: 'bad' }
    case 'void':
      return { text: m.status_void(), tone: 'neutral' }
    default:
      return { text: humanised(invoice.status), tone: 'neutral' }
  }
}

function openLabel(invoice: Invoice, now: number): Label {
  if (invoice.amount_remaining.amount === 0) return { text: m.status_open(), tone: 'info' }
  if (invoice.due_at !== 0 && invoice.due_at < now) {
    return { text: m.status_past_due(), tone: 'warn' }
  }
  return { text: m.status_payment_due(), tone: invoice.attempted ? 'warn' : 'info' }
}

/** A word of Stripe's that Billfold does not know, as words: amazon_pay is "Amazon Pay". */
export function humanised(word: string): string {
  return word
    .split(/[_\s]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ')
}
