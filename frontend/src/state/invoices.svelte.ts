import { everything, narrows, queryOf, type Choice } from './choice'
import { Paged } from './paged.svelte'
import { Selection } from './selection.svelte'
import type { Backend } from '../api/backend'
import type { Money } from '../api/types'
import type { InvoicePage, InvoiceRow } from '../api/types-history'

/** How often the rows are read again while their PDFs are being saved, in milliseconds. */
const patienceMs = 1000

/** The invoice list, and which of it are selected. */
export class Invoices extends Paged<InvoiceRow, Choice, InvoicePage> {
  readonly selection = new Selection()
  /** Writes a search as the lists know it; the window knows the person's language. */
  spelt: (search: string) => string = (search) => search
  readonly #backend: Backend
  #waits: ReturnType<typeof setTimeout> | undefined

  constructor(backend: Backend) {
    super(everything, (choice, after, limit) => {
      const { subscription, ...filter } = choice
      const search = this.spelt(filter.search)
      return backend.invoices({ ...filter, search, subscription_id: subscription, after, limit })
    })
    this.#backend = backend
  }

  /** Whether any invoices are left out. */
  get chosen(): boolean {
    return narrows(this.choice)
  }

  /** There are invoices, perhaps, but none that was asked for. */
  get noneMatches(): boolean {
    return this.known && this.rows.length === 0 && narrows(this.answered)
  }

  /** The choice as the address has it. */
  get query(): string {
    return queryOf(this.choice)
  }

  /** What all that match come to, per currency. */
  get totals(): Money[] {
    return this.answer?.totals ?? []
  }

  start(): () => void {
    const stops = [
      this.#backend.on('changed', () => void this.readAgain()),
      this.#backend.on('documents', () => this.#readSoon()),
    ]
    return () => {
      clearTimeout(this.#waits)
      this.#waits = undefined
      stops.forEach((stop) => stop())
    }
  }

  override choose(change: Partial<Choice>): Promise<void> {
    this.selection.clear()
    return super.choose(change)
  }

  override reset(): void {
    this.selection.clear()
    super.reset()
  }

  /** Selects all that match, not only what was scrolled to. */
  async selectAll(): Promise<void> {
    if (this.more) await this.readAll()
    this.selection.all(this.rows.map(({ id }) => id))
  }

  /** Each saved PDF says so; ten thousand of them must not read the list ten thousand times. */
  #readSoon(): void {
    this.#waits ??= setTimeout(() => {
      this.#waits = undefined
      void this.readAgain()
    }, patienceMs)
  }
}
