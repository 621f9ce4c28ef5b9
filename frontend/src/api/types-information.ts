/** What invoices are made out to, and changing it, as Go says it: see types.ts. */
import type { Change } from './types-portal'
import type { Address, BillingInformation, Problem, TaxID, Time, Upcoming } from './types'

export type MissingKind =
  'name' | 'address' | 'address_incomplete' | 'tax_id' | 'tax_id_unverified' | 'tax_id_pending'

export type BillingNote =
  'future_invoices_only' | 'tax_may_change' | 'none_expected' | 'nothing_changes'

export interface BillingDraft {
  name: string
  phone: string
  address: Address
}

export interface FirstInvoice {
  invoice_id: string
  number: string
  subscription_id: string
  at: Time
  draft: boolean
}

export interface Missing {
  what: MissingKind
  at: Time
  tax_id: TaxID | null
}

export interface LackingInvoice {
  id: string
  number: string
  date: Time
  fields: string[]
}

export interface Difference {
  field: string
  before: string
  after: string
}

export interface BillingInformationView extends BillingInformation {
  first_invoice: FirstInvoice | null
  preflight: Missing[]
  lacking: LackingInvoice[]
  support: string
  synced_at: Time
}

export interface BillingReview {
  differences: Difference[]
  first_invoice: FirstInvoice | null
  notes: BillingNote[]
  lacking: LackingInvoice[]
}

export interface BillingSaved {
  changes: Change[]
  lacking: LackingInvoice[]
  next_before: Upcoming | null
  next_after: Upcoming | null
}

export interface TaxIDDraft {
  type: string
  value: string
}

export interface TaxIDReplacement {
  id: string
  type: string
  value: string
}

export interface TaxIDChange {
  tax_id: TaxID
  both_exist: boolean
  old_id: string
  problem: Problem | null
  next_before: Upcoming | null
  next_after: Upcoming | null
}

export interface TaxIDType {
  type: string
  country: string
  example: string
  verified: boolean
}
