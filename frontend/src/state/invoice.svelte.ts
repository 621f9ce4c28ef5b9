import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { DocumentRef, DocumentState, SavedDocument } from '../api/types-documents'
import type { InvoiceDetail } from '../api/types-history'

/** The one invoice that is open. */
export class OpenInvoice {
  detail: InvoiceDetail | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #id = ''
  #asked = 0
  /** What was asked for before it was opened; nothing that changed since. */
  #ahead: { id: string; detail: Promise<InvoiceDetail> } | null = null

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    const readAgain = () => {
      this.#ahead = null
      if (this.#id !== '') void this.#read(this.#id)
    }
    const stops = [this.#backend.on('changed', readAgain), this.#backend.on('documents', readAgain)]
    return () => stops.forEach((stop) => stop())
  }

  /** Asks for an invoice that is about to be opened: its row is being pressed. */
  prepare(id: string): void {
    if (this.#ahead?.id === id) return
    const detail = this.#backend.invoice(id)
    this.#ahead = { id, detail }
    // Whoever opens it hears of a failure.
    detail.catch(() => {})
  }

  async open(id: string): Promise<void> {
    if (id !== this.#id) {
      this.detail = null
      this.problem = null
    }
    this.#id = id
    await this.#read(id)
  }

  close(): void {
    this.#id = ''
    this.#asked++
  }

  retry = () => this.#read(this.#id)

  async #read(id: string): Promise<void> {
    const asked = ++this.#asked
    const ahead = this.#ahead
    this.#ahead = null
    try {
      const detail = await (ahead?.id === id ? ahead.detail : this.#backend.invoice(id))
      if (asked !== this.#asked) return
      this.detail = detail
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    }
  }
}

/** One document of an invoice, and what of it is saved. */
export interface InvoiceDocument {
  of: DocumentRef
  number: string
  state: DocumentState
  /** Newest first; empty when it was never saved. */
  versions: SavedDocument[]
}

/** Every document that belongs to an invoice, saved or not: its own, receipts, credit notes. */
export function documentsOf(detail: InvoiceDetail): InvoiceDocument[] {
  const { invoice, payments, credit_notes: notes } = detail
  const issued: { of: DocumentRef; number: string }[] = [
    { of: { kind: 'invoice', id: invoice.id }, number: invoice.number },
    ...payments
      .filter(({ status }) => status === 'succeeded')
      .map(({ id }) => ({ of: { kind: 'receipt' as const, id }, number: invoice.receipt_number })),
    ...notes.map(({ id, number }) => ({ of: { kind: 'credit_note' as const, id }, number })),
  ]
  return issued.map(({ of, number }) => {
    const versions = detail.documents
      .filter((saved) => saved.kind === of.kind && saved.object_id === of.id)
      .sort((a, b) => b.version - a.version)
    const draft = of.kind === 'invoice' && invoice.status === 'draft'
    return { of, number, versions, state: versions[0]?.state ?? (draft ? 'none' : 'unsaved') }
  })
}
