/** What is said of payments, refunds and credit notes. */
import { m } from './messages/messages.js'
import { humanised, type Label } from './status'
import type { Payment } from '../api/types'

export function paymentLabel(payment: Payment): Label {
  if (payment.disputed) return { text: m.payment_disputed(), tone: 'warn' }
  switch (payment.status) {
    case 'succeeded':
      if (payment.refunded.amount === 0) return { text: m.payment_succeeded(), tone: 'good' }
      return payment.refunded.amount >= payment.amount.amount
        ? { text: m.payment_refunded(), tone: 'neutral' }
        : { text: m.payment_partly_refunded(), tone: 'neutral' }
    case 'pending':
      return { text: m.payment_pending(), tone: 'info' }
    case 'failed':
      return { text: m.payment_failed(), tone: 'bad' }
    default:
      return { text: humanised(payment.status), tone: 'neutral' }
  }
}

/** Why an invoice was made, from Stripe's billing_reason. */
export function billingReasonText(reason: string): string {
  switch (reason) {
    case 'subscription_create':
      return m.reason_subscription_create()
    case 'subscription_cycle':
      return m.reason_subscription_cycle()
    case 'subscription_update':
      return m.reason_subscription_update()
    case 'subscription_threshold':
      return m.reason_subscription_threshold()
    case 'manual':
      return m.reason_manual()
    default:
      return humanised(reason)
  }
}
