/** What crosses from Go to the window of invoices, payments, spending and exports; see types.ts. */
import type { DocumentRef, DocumentState, SavedDocument } from './types-documents'
import type {
  CreditNote,
  Invoice,
  InvoiceStatus,
  LineDiscount,
  Money,
  Payment,
  Time,
} from './types'

export type InvoiceKind = 'plan' | 'change' | 'usage' | 'one_time'

export type InvoiceSort = 'number' | 'amount' | 'status' | 'paid_at' | 'kind'

export interface InvoiceFilter {
  year: number
  status: InvoiceStatus | ''
  subscription_id: string
  kind: InvoiceKind | ''
  search: string
  sort: InvoiceSort | ''
  descending: boolean
  after: string
  limit: number
}

export interface UsedMethod {
  type: string
  brand: string
  last4: string
}

export interface InvoiceRow extends Invoice {
  kind: InvoiceKind
  document_date: Time
  plan: string
  paid_with: UsedMethod | null
  refunded: Money
  document: DocumentState
}

export interface InvoicePage {
  rows: InvoiceRow[]
  next: string
  total: number
  totals: Money[]
}

export interface Moment {
  kind: string
  at: Time
  amount: Money | null
  id: string
  number: string
  failure_code: string
  decline_code: string
  method: UsedMethod | null
  next_attempt_at: Time
}

export interface InvoiceRef {
  id: string
  number: string
}

export interface InvoiceDetail {
  invoice: Invoice
  kind: InvoiceKind
  reverse_charge: boolean
  payments: Payment[]
  credit_notes: CreditNote[]
  plan: string
  document_date: Time
  zone: string
  refunded: Money
  timeline: Moment[]
  documents: SavedDocument[]
  revises: InvoiceRef | null
  revised_by: InvoiceRef | null
  discounts: LineDiscount[]
}

export interface PaymentFilter {
  year: number
  status: string
  search: string
  after: string
  limit: number
}

export interface PaymentRow extends Payment {
  invoice_number: string
  receipt: DocumentState
}

export interface PaymentPage {
  rows: PaymentRow[]
  next: string
  total: number
}

export interface SpendingFilter {
  months: number
}

export interface MonthSpending {
  year: number
  month: number
  plan: Money
  usage: Money
  packs: Money
  tax: Money
  credits: Money
  refunds: Money
  total: Money
  paid: Money
  invoices: number
}

export interface CurrencySpending {
  currency: string
  months: MonthSpending[]
  total: MonthSpending
  next: MonthSpending | null
}

export interface Spending {
  currencies: CurrencySpending[]
  zone: string
}

export interface ExportRequest {
  format: string
  year: number
  from: Time
  to: Time
  invoices: string[]
  filter: InvoiceFilter
  bom: boolean
  lines: boolean
  folder: string
  file_name: string
}

export interface ExportResult {
  path: string
  file_name: string
  files: string[]
  invoices: number
  credit_notes: number
  documents: number
  missing_documents: number
  missing: string[]
  unsaved: DocumentRef[]
  totals: Money[]
}
