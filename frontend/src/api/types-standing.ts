/** How the account stands, as Go says it: see types.ts. */
import type { ChargedMethod, Money, PaymentMethod, Time } from './types'

export type StandingState = 'good' | 'attention' | 'at_risk' | 'access_lost' | 'ended' | 'unknown'

export type Cause =
  | 'in_order'
  | 'no_subscription'
  | 'trial'
  | 'cancellation_planned'
  | 'collection_paused'
  | 'payment_processing'
  | 'card_expires'
  | 'no_method'
  | 'invoice_to_pay'
  | 'invoice_overdue'
  | 'invoice_stuck'
  | 'change_unpaid'
  | 'payment_failed'
  | 'card_expired'
  | 'confirmation_needed'
  | 'shadowed_default'
  | 'first_payment_unfinished'
  | 'trial_ends_without_method'
  | 'trial_ended_without_method'
  | 'tries_used_up'
  | 'open_after_end'
  | 'ended_by_choice'
  | 'ended_unpaid'
  | 'ended_disputed'
  | 'ended_without_reason'
  | 'signup_lapsed'
  | 'account_removed'
  | 'never_synced'
  | 'out_of_date'
  | 'status_not_understood'
  | 'failed_without_invoice'

export type Consequence =
  | 'none'
  | 'access_until'
  | 'access_kept'
  | 'access_lost'
  | 'access_presumed_lost'
  | 'paying_may_not_restore'
  | 'signup_lapses'
  | 'trial_stops'
  | 'charge_may_fail'
  | 'charge_will_fail'
  | 'stays_owed'
  | 'change_not_made'
  | 'wait_for_bank'
  | 'not_billed'
  | 'billed_later'
  | 'not_collected'
  | 'over'
  | 'last_known'
  | 'not_known'

export type EventKind =
  | 'charge'
  | 'retry'
  | 'bill'
  | 'trial_ends'
  | 'ends'
  | 'collection_resumes'
  | 'invoice_due'
  | 'change_expires'
  | 'signup_lapses'

export type NoRetry =
  | ''
  | 'waits_for_confirmation'
  | 'no_method'
  | 'india_issued_card'
  | 'declined_for_good'
  | 'invoice_is_sent'
  | 'none_planned'

export type RemedyKind =
  | 'confirm_payment'
  | 'fix_default'
  | 'update_card'
  | 'pay_invoice'
  | 'resume'
  | 'wait'
  | 'contact_bank'
  | 'contact_vendor'
  | 'subscribe_again'
  | 'complete_billing_information'
  | 'sync'

export type UnknownFact =
  | 'everything'
  | 'clock'
  | 'since_sync'
  | 'outcome'
  | 'access'
  | 'grace_policy'
  | 'grace_start'
  | 'decline_reason'
  | 'attempt'
  | 'trial_end'
  | 'end_reason'
  | 'status'
  | 'owed_total'

export type DeclineGroup =
  | 'funds_and_limits'
  | 'expired_or_wrong_data'
  | 'bank_refused'
  | 'needs_confirmation'
  | 'card_not_suited'
  | 'stopped_by_subscriber'
  | 'technical'
  | 'method_specific'

export type RetryHope = 'may_help' | 'after_change' | 'useless'

export type AccessPolicy = '' | 'kept' | 'grace' | 'lost'

export interface Policy {
  while_past_due: AccessPolicy
  grace_days: number
  lost: string
  support: string
}

export interface Advice {
  group: DeclineGroup
  reason: string
  reason_known: boolean
  retry: RetryHope
  call_bank: boolean
}

export interface BankFacts {
  amount: Money
  at: Time
  descriptor: string
  method_type: string
  brand: string
  last4: string
}

export interface Decline extends Advice {
  payment_id: string
  bank: BankFacts
}

export interface NextEvent {
  kind: EventKind
  at: Time
  imminent: boolean
  amount: Money
  amount_known: boolean
  method: ChargedMethod | null
  subscription_id: string
  invoice_id: string
}

export interface Remedy {
  kind: RemedyKind
  subscription_id: string
  invoice_id: string
  method_id: string
}

export interface Matter {
  state: StandingState
  cause: Cause
  consequence: Consequence
  access_until: Time
  /** When the subscription ended, 0 while it goes on. */
  ended_at: Time
  subscription_id: string
  plan: string
  invoice_ids: string[]
  attempts: number
  method: ChargedMethod | null
  new_method: boolean
  /** The customer's own default, which is passed over and can be charged instead. */
  hidden: PaymentMethod | null
  decline: Decline | null
  no_retry: NoRetry
  next_event: NextEvent | null
  remedies: Remedy[]
  unknown: UnknownFact[]
}

export interface OwedInvoice {
  id: string
  number: string
  subscription_id: string
  amount: Money
  due_at: Time
  next_attempt_at: Time
  tiny: boolean
}

export interface Standing extends Matter {
  others: Matter[]
  owed: Money[]
  owed_on: OwedInvoice[]
  given_up: OwedInvoice[]
  policy: Policy
  synced_at: Time
}
