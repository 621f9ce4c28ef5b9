/** What is worth telling, and what a vendor's support asks for, as Go says it: see types.ts. */
import type { ChargedMethod, Code, InvoiceStatus, Money, SubscriptionStatus, Time } from './types'
import type {
  Cause,
  Consequence,
  DeclineGroup,
  EventKind,
  StandingState,
  UnknownFact,
} from './types-standing'
import type { MissingKind } from './types-information'

/** Whether the system starts Billfold when the person signs in to their computer. */
export interface AtLogin {
  offered: boolean
  on: boolean
}

export type NotificationKind =
  | 'access_lost'
  | 'confirmation_needed'
  | 'payment_failed'
  | 'access_restored'
  | 'card_expires'
  | 'large_invoice'
  | 'billing_data_incomplete'
  | 'subscription_ends'
  | 'renewal'

export interface Notification {
  kind: NotificationKind
  key: string
  at: Time
  subscription_id: string
  plan: string
  invoice_id: string
  invoice_number: string
  amount: Money
  amount_known: boolean
  method: ChargedMethod | null
  missing: MissingKind[]
  as_of: Time
}

export type NotificationWay = 'system' | 'page' | 'none'

export interface Note {
  key: string
  title: string
  body: string
  link: string
}

export interface NotificationSettings {
  off: NotificationKind[]
  renewal_days: number[]
  yearly_renewal_days: number[]
  above: Money[]
}

export interface CaseEvent {
  kind: EventKind
  at: Time
  amount: Money | null
}

export interface CaseSubscription {
  id: string
  plan: string
  status: SubscriptionStatus
  period_start: Time
  period_end: Time
  ends_at: Time
}

export interface CaseInvoice {
  id: string
  number: string
  receipt_number: string
  status: InvoiceStatus
  total: Money
  remaining: Money
  issued_at: Time
  paid_at: Time
  attempts: number
  next_attempt_at: Time
}

export interface CaseAttempt {
  id: string
  invoice_number: string
  at: Time
  status: string
  amount: Money
  brand: string
  last4: string
  failure_code: string
  group: DeclineGroup
}

export interface Case {
  schema: string
  made_at: Time
  program: string
  system: string
  connection: string
  host: string
  customer_id: string
  email: string
  synced_at: Time
  sync_problem: Code | ''
  request_id: string
  state: StandingState
  cause: Cause
  consequence: Consequence
  next_event: CaseEvent | null
  unknown: UnknownFact[]
  owed: Money[]
  subscriptions: CaseSubscription[]
  invoices: CaseInvoice[]
  attempts: CaseAttempt[]
}

export interface SupportCase extends Case {
  text: string
}
