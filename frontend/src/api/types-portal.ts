/** How a person pays, the hosted pages, and what comes next, as Go says it: see types.ts. */
import type {
  ChargedMethod,
  MethodOrigin,
  Money,
  NextCharge,
  PaymentMethod,
  Problem,
  SubscriptionView,
  TaxID,
  Time,
  Upcoming,
} from './types'

export type HandOffFlow =
  'add-card' | 'edit-card' | 'cancel' | 'undo' | 'change-plan' | 'home' | 'pay-invoice'

export type HandOffPhase =
  | ''
  | 'preparing'
  | 'opened'
  | 'could_not_open'
  | 'returned'
  | 'checking'
  | 'changed'
  | 'nothing_yet'
  | 'failed'

export type ChangeKind =
  | 'method_added'
  | 'method_removed'
  | 'method_updated'
  | 'default_method_changed'
  | 'charged_method_changed'
  | 'invoice_paid'
  | 'invoice_created'
  | 'payment_failed'
  | 'plan_changed'
  | 'cancellation_scheduled'
  | 'cancellation_undone'
  | 'subscription_started'
  | 'subscription_ended'
  | 'tax_id_added'
  | 'tax_id_removed'
  | 'tax_id_verified'
  | 'tax_id_unverified'
  | 'billing_information_changed'

export type MethodWarning = 'expired' | 'expires_before_charge' | 'last_while_owed'

export type ReasonKind =
  | 'proration'
  | 'proration_over'
  | 'added'
  | 'removed'
  | 'price'
  | 'quantity'
  | 'usage'
  | 'discount_begins'
  | 'discount_ends'
  | 'discount'
  | 'tax'

export interface HandOffRequest {
  flow: HandOffFlow
  subscription_id: string
  invoice_id: string
  locale: string
  silent: boolean
}

export interface HandOffTicket {
  flow: HandOffFlow
  host: string
  why: string
  lands: string
  allowed: boolean
}

export interface Change {
  kind: ChangeKind
  subscription_id: string
  invoice_id: string
  number: string
  plan: string
  plan_before: string
  method: PaymentMethod | null
  tax_id: TaxID | null
  amount: Money | null
  at: Time
  fields: string[]
}

export interface HandOffState {
  number: number
  phase: HandOffPhase
  flow: HandOffFlow | ''
  subscription_id: string
  invoice_id: string
  host: string
  certain: boolean
  returned: boolean
  link_ready: boolean
  started_at: Time
  returned_at: Time
  changes: Change[]
  problem: Problem | null
  support: string
  retry: boolean
}

export interface PortalFeatures {
  known: boolean
  add_card: boolean
  cancel: boolean
  cancel_at_once: boolean
  change_plan: boolean
  invoice_history: boolean
  customer_update: string[]
}

export interface MethodView extends PaymentMethod {
  default: boolean
  charged: boolean
  warnings: MethodWarning[]
  used_by: string[]
}

export interface Shadow {
  origin: MethodOrigin
  subscription_id: string
  invoice_id: string
  charged_id: string
  charged: PaymentMethod | null
  hidden: PaymentMethod | null
  fixable: boolean
}

export interface PaymentMethodsView {
  methods: MethodView[]
  in_use: ChargedMethod | null
  next_charge: NextCharge | null
  shadows: Shadow[]
  portal: PortalFeatures
  synced_at: Time
}

export interface Reason {
  kind: ReasonKind
  amount: Money
  description: string
  price_before: Money | null
  price_after: Money | null
  quantity_before: number
  quantity_after: number
}

export interface LastInvoice {
  id: string
  number: string
  date: Time
  total: Money
}

export interface NextInvoice extends Upcoming {
  last: LastInvoice | null
  difference: Money | null
  reasons: Reason[]
}

export interface Ending {
  at: Time
  scheduled: boolean
  canceled_at: Time
  reason: string
  open_invoices: string[]
}

export interface PlanView {
  subscription: SubscriptionView
  portal: PortalFeatures
  next: NextInvoice | null
  ending: Ending | null
  pending_until: Time
  synced_at: Time
}
