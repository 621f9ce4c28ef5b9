import { problemOf, type Backend } from '../api/backend'
import type { Overview, Problem } from '../api/types'
import type { InvoiceFilter } from '../api/types-history'

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
      const openInvoices = overview.owed.length > 0 ? await this.#countOpen() : 0
      if (reading !== this.#reading) return
      this.overview = overview
      this.openInvoices = openInvoices
      this.problem = null
    } catch (thrown) {
      if (reading === this.#reading) this.problem = problemOf(thrown)
    }
  }

  async #countOpen(): Promise<number> {
    try {
      const page = await this.#backend.invoices({ ...nothingChosen, status: 'open', limit: 1 })
      return page.total
    } catch {
      return 0
    }
  }
}
