/** What crosses from Go to the window of the saved PDFs; see types.ts. */
import type { Problem, Time } from './types'

export type DocumentKind = 'invoice' | 'credit_note' | 'receipt'

export type DocumentState = 'none' | 'unsaved' | 'saved' | 'stale' | 'missing'

export interface DocumentRef {
  kind: DocumentKind
  id: string
}

export interface SavedDocument {
  kind: DocumentKind
  object_id: string
  number: string
  file_name: string
  path: string
  sha256: string
  size: number
  version: number
  saved_at: Time
  state: DocumentState
}

export interface DocumentSettings {
  automatic: string
  folder: string
  template: string
  default_folder: string
  default_template: string
}

export interface NamePreview {
  path: string
  problem: Problem | null
  examples: string[]
}

export interface DocumentFailure {
  kind: DocumentKind
  object_id: string
  number: string
  problem: Problem
}

export interface VerifyReport {
  checked: number
  intact: number
  missing: SavedDocument[]
  altered: SavedDocument[]
  repaired: number
  at: Time
}

export interface DocumentsState {
  running: boolean
  task: string
  done: number
  total: number
  saved: number
  unchanged: number
  failed: number
  bytes: number
  waiting_until: Time
  problem: Problem | null
  failures: DocumentFailure[]
  report: VerifyReport | null
  folder: string
  count: number
  unsaved: number
  ask_automatic: boolean
}

export interface DocumentSelection {
  all: boolean
  year: number
  invoices: string[]
  documents: DocumentRef[]
  again: boolean
}

export interface DocumentContent {
  file_name: string
  sha256: string
  base64: string
  state: DocumentState
}

export interface ArchiveState {
  folder: string
  count: number
  bytes: number
}
