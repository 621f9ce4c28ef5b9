/** Who is signed in to what, in words. */
import { m } from './messages/messages.js'
import { humanised } from './status'
import type { Identity, SyncState } from '../api/types'

/** "Sandbox · active", "billing.example.com" or "Stripe test mode". */
export function connectionText(identity: Identity): string {
  switch (identity.connection) {
    case 'sandbox':
      return identity.scenario === ''
        ? m.connection_sandbox()
        : m.connection_sandbox_scenario({ scenario: identity.scenario })
    case 'stripe_test':
      return m.connection_stripe_test()
    case 'gateway':
      return identity.host === '' ? m.connection_gateway() : identity.host
    default:
      return humanised(identity.connection)
  }
}

/** The first thing known by which the subscriber would know themselves. */
export function subscriberName(identity: Identity): string {
  return identity.name || identity.email || identity.customer_id || m.subscriber_unknown()
}

/** What a running pull is doing. */
export function stepText(sync: SyncState, count: string): string {
  switch (sync.step) {
    case 'connecting':
      return m.step_connecting()
    case 'account':
      return m.step_account()
    case 'invoices':
      return sync.done > 0 ? m.step_invoices_read({ count }) : m.step_invoices()
    case 'payments':
      return m.step_payments()
    case 'saving':
      return m.step_saving()
    default:
      return m.step_any()
  }
}
