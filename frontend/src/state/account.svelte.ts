import { problemOf, type Backend } from '../api/backend'
import type { Overview, Problem } from '../api/types'
import type { InvoiceFilter, InvoicePage, InvoiceRow } from '../api/types-history'

const nothingChosen: InvoiceFilter = {
  year: 0,
  status: '',
  subscription_id: '',
  kind: '',
  search: '',
  sort: '',
  descending: false,
  after: '',
  limit: 0,
}

/** The dashboard's data as the cache last gave it. */
export class Account {
  overview: Overview | null = $state.raw(null)
  /** Why the cache could not be read; what was read before stays. */
  problem: Problem | null = $state.raw(null)
  /** How many invoices are open; 0 when none is, or that is not known. */
  openInvoices = $state(0)
  /** The newest of them; null when none is, or that is not known. */
  openInvoice: InvoiceRow | null = $state.raw(null)
  readonly #backend: Backend
  #reading = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    return this.#backend.on('changed', () => void this.read())
  }

  async read(): Promise<void> {
    const reading = ++this.#reading
    try {
      const overview = await this.#backend.overview()
      const open = overview.owed.length > 0 ? await this.#open() : null
      if (reading !== this.#reading) return
      this.overview = overview
      this.openInvoices = open?.total ?? 0
      this.openInvoice = open?.rows[0] ?? null
      this.problem = null
    } catch (thrown) {
      if (reading === this.#reading) this.problem = problemOf(thrown)
    }
  }

  async #open(): Promise<InvoicePage | null> {
    try {
      return await this.#backend.invoices({ ...nothingChosen, status: 'open', limit: 1 })
    } catch {
      return null
    }
  }
}
