/** The money timeline, as Go says it: see types.ts. */
import type { InvoiceRef } from './types-history'
import type { Money, Time } from './types'

export type LedgerAccount = 'bought' | 'money' | 'credit' | 'owed'

export type EntryKind =
  | 'invoice'
  | 'invoice_voided'
  | 'invoice_given_up'
  | 'paid_out_of_band'
  | 'payment'
  | 'payment_failed'
  | 'payment_pending'
  | 'refund'
  | 'refund_failed'
  | 'credit_note'
  | 'balance'

export type AlarmKind = 'charged_twice' | 'same_plan'

export interface Posting {
  account: LedgerAccount
  amount: Money
}

export interface Entry {
  at: Time
  kind: EntryKind
  amount: Money
  postings: Posting[]
  id: string
  invoice_id: string
  payment_id: string
  credit_note_id: string
  why: string
}

export interface Running extends Entry {
  owed_after: Money
  credit_after: Money
}

export interface LedgerRow extends Running {
  number: string
}

export interface Alarm {
  kind: AlarmKind
  count: number
  payment_ids: string[]
  subscription_ids: string[]
  amount: Money
  plan: string
  since: Time
  at: Time
}

export interface LedgerAlarm extends Alarm {
  /** What putAlarmAway takes. */
  key: string
  invoices: InvoiceRef[]
}

export interface Closing {
  currency: string
  bought: Money
  money: Money
  credit: Money
  owed: Money
  owed_differs: Money
  credit_differs: Money
}

export interface LedgerFilter {
  after: string
  limit: number
}

export interface LedgerPage {
  rows: LedgerRow[]
  next: string
  total: number
  closings: Closing[]
  alarms: LedgerAlarm[]
  /** Those that were put away are left out. */
  alarm_count: number
  alarms_away: number
  zone: string
}
