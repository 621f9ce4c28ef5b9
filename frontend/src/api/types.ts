/**
 * The values that cross from Go to the window: one interface per Go struct, under
 * the same name, with the wire's own field names. Amounts are integers in minor
 * units, instants are Unix seconds with 0 for unknown.
 */

/** Unix seconds; 0 is unknown, never 1970. */
export type Time = number

export type SubscriptionStatus =
  | 'incomplete'
  | 'incomplete_expired'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'canceled'
  | 'unpaid'
  | 'paused'

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'

export type MethodOrigin =
  'invoice' | 'subscription' | 'subscription_source' | 'customer' | 'customer_source'

export type Code =
  | 'offline'
  | 'signed_out'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'declined'
  | 'rate_limited'
  | 'unavailable'
  | 'not_stripe'
  | 'foreign'
  | 'live_key'
  | 'newer_file'
  | 'unreadable'
  | 'disk_full'
  | 'not_offered'
  | 'no_browser'
  | 'busy'
  | 'canceled'
  | 'internal'

export interface Money {
  amount: number
  currency: string
}

export interface Address {
  line1: string
  line2: string
  city: string
  state: string
  postal_code: string
  country: string
}

export interface TaxID {
  id: string
  type: string
  value: string
  country: string
  verification: string
  created_at: Time
}

export interface PaymentMethod {
  id: string
  type: string
  brand: string
  last4: string
  exp_month: number
  exp_year: number
  funding: string
  wallet: string
  country: string
  bank: string
  email: string
  created_at: Time
}

export interface ChargedMethod {
  id: string
  origin: MethodOrigin
  method: PaymentMethod | null
}

export interface NextCharge {
  at: Time
  amount: Money
  amount_known: boolean
  method: ChargedMethod | null
  invoice_id: string
  subscription_id: string
}

export interface NextBilling {
  at: Time
  amount: Money
  amount_known: boolean
}

export interface SubscriptionItem {
  id: string
  price_id: string
  product_id: string
  plan: string
  unit_amount: Money
  unit_amount_known: boolean
  quantity: number
  interval: string
  interval_count: number
  metered: boolean
}

export interface Discount {
  name: string
  percent_off: number
  amount_off: Money | null
  ends_at: Time
}

export interface PauseCollection {
  behavior: string
  resumes_at: Time
}

export interface Upcoming {
  at: Time
  amount_due: Money
  subtotal: Money
  tax: Money
  total: Money
  discount: Money
  discounts: LineDiscount[]
  taxes: TaxAmount[]
  lines: InvoiceLine[]
}

export interface Subscription {
  id: string
  status: SubscriptionStatus
  items: SubscriptionItem[]
  discounts: Discount[]
  currency: string
  started_at: Time
  period_start: Time
  period_end: Time
  trial_end: Time
  cancel_at_period_end: boolean
  cancel_at: Time
  canceled_at: Time
  ended_at: Time
  cancellation_reason: string
  pause_collection: PauseCollection | null
  pending_update_expires_at: Time
  collection_method: string
  default_payment_method_id: string
  default_source_id: string
  latest_invoice_id: string
  created_at: Time
  upcoming: Upcoming | null
}

export interface TaxAmount {
  amount: Money
  inclusive: boolean
  name: string
  percentage: string
  jurisdiction: string
  reason: string
}

export interface InvoiceLine {
  id: string
  description: string
  amount: Money
  quantity: number
  period_start: Time
  period_end: Time
  proration: boolean
  price_id: string
  price_type: string
  metered: boolean
  discount: Money
  taxes: TaxAmount[]
}

export interface PartyTaxID {
  type: string
  value: string
}

export interface Party {
  name: string
  email: string
  phone: string
  address: Address
  tax_ids: PartyTaxID[]
}

export interface Invoice {
  id: string
  number: string
  receipt_number: string
  status: InvoiceStatus
  summary: string
  description: string
  billing_reason: string
  collection_method: string
  subscription_id: string
  currency: string
  subtotal: Money
  discount: Money
  tax: Money
  total: Money
  amount_due: Money
  amount_paid: Money
  amount_remaining: Money
  starting_balance: Money
  ending_balance: Money | null
  credited_before: Money
  credited_after: Money
  taxes: TaxAmount[]
  discounts: LineDiscount[]
  tax_exempt: string
  paid_out_of_band: boolean
  auto_advance: boolean
  attempted: boolean
  attempts: number
  needs_confirmation: boolean
  created_at: Time
  effective_at: Time
  finalized_at: Time
  paid_at: Time
  voided_at: Time
  uncollectible_at: Time
  due_at: Time
  next_attempt_at: Time
  period_start: Time
  period_end: Time
  default_payment_method_id: string
  payment_id: string
  revision_of_id: string
  latest_revision_id: string
  finalization_error: string
  billed_to: Party
  seller: Party
  lines: InvoiceLine[]
}

export interface Refund {
  id: string
  amount: Money
  status: string
  reason: string
  created_at: Time
}

export interface Payment {
  id: string
  invoice_id: string
  status: string
  amount: Money
  refunded: Money
  disputed: boolean
  method_type: string
  brand: string
  last4: string
  failure_code: string
  decline_code: string
  descriptor: string
  receipt_number: string
  created_at: Time
  refunds: Refund[]
}

export interface LineDiscount {
  name: string
  amount: Money
}

export interface CreditNoteLine {
  id: string
  description: string
  amount: Money
  quantity: number
  discount: Money
  taxes: TaxAmount[]
}

export interface CreditNote {
  id: string
  number: string
  invoice_id: string
  type: string
  status: string
  reason: string
  memo: string
  subtotal: Money
  discount: Money
  tax: Money
  total: Money
  taxes: TaxAmount[]
  lines: CreditNoteLine[]
  refund_id: string
  balance_transaction_id: string
  out_of_band: Money
  effective_at: Time
  created_at: Time
  voided_at: Time
}

export interface Identity {
  connection: string
  scenario: string
  host: string
  customer_id: string
  name: string
  email: string
  signed_in_as: string
  deleted: boolean
}

export interface SubscriptionView extends Subscription {
  plan: string
  price: Money
  price_known: boolean
  interval: string
  interval_count: number
  next_billing: NextBilling | null
  ends_at: Time
  ended: boolean
}

export interface BillingInformation {
  name: string
  email: string
  phone: string
  address: Address
  tax_ids: TaxID[]
}

export interface Overview {
  identity: Identity
  synced_at: Time
  zone: string
  subscriptions: SubscriptionView[]
  next_charge: NextCharge | null
  method_in_use: ChargedMethod | null
  payment_methods: PaymentMethod[]
  billing_information: BillingInformation
  owed: Money[]
  latest_invoices: Invoice[]
  invoice_count: number
  invoice_years: number[]
}

export interface Problem {
  code: Code
  message: string
  field?: string
}

export interface SyncState {
  running: boolean
  step: string
  done: number
  problem: Problem | null
  attempted_at: Time
  synced_at: Time
}

export interface Preferences {
  theme: string
  language: string
  welcomed: boolean
}

export interface Scenario {
  name: string
  description: string
}

export interface About {
  version: string
  data_dir: string
  notices: string[]
}

export interface Destination {
  view: string
  id: string
}
