import { problemOf, type Backend } from '../api/backend'
import type { Invoice, InvoicePage, InvoiceStatus, Problem } from '../api/types'

const pageSize = 200
const largestPage = 500

/** What the person chose to see of the invoices. */
export interface Choice {
  search: string
  year: number
  status: InvoiceStatus | ''
}

export const everything: Readonly<Choice> = { search: '', year: 0, status: '' }

/** The invoice list as far as it was scrolled, newest first. */
export class Invoices {
  choice: Choice = $state.raw(everything)
  rows: Invoice[] = $state.raw([])
  total = $state(0)
  /** True once an answer to the present choice is there. */
  known = $state(false)
  reading = $state(false)
  problem: Problem | null = $state.raw(null)
  /** Where the list was scrolled to, so that coming back finds the same place. */
  scrolledTo = 0
  /** The row that was last opened. */
  opened = 0
  readonly #backend: Backend
  #next = ''
  #asked = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get more(): boolean {
    return this.#next !== ''
  }

  get chosen(): boolean {
    const { search, year, status } = this.choice
    return search !== '' || year !== 0 || status !== ''
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.known) void this.#readAgain()
    })
  }

  choose(change: Partial<Choice>): Promise<void> {
    this.choice = { ...this.choice, ...change }
    this.scrolledTo = 0
    this.opened = 0
    return this.#readFrom('')
  }

  /** Reads the first page unless it is there. */
  async open(): Promise<void> {
    if (!this.known) await this.#readFrom('')
  }

  /** Starts over, as after another account was opened. */
  reset(): void {
    this.#asked++
    this.choice = everything
    this.rows = []
    this.known = false
    this.reading = false
    this.scrolledTo = 0
    this.opened = 0
  }

  async readMore(): Promise<void> {
    if (this.more && !this.reading && !this.problem) await this.#readFrom(this.#next)
  }

  retry = () => this.#readFrom(this.rows.length > 0 ? this.#next : '')

  /** Reads as many rows as there are now, so that the list keeps its place. */
  #readAgain(): Promise<void> {
    const wanted = Math.max(this.rows.length, pageSize)
    return this.#reading(async () => {
      let page = await this.#page('', Math.min(wanted, largestPage))
      let rows = page.invoices
      while (rows.length < wanted && page.next !== '') {
        page = await this.#page(page.next, Math.min(wanted - rows.length, largestPage))
        rows = [...rows, ...page.invoices]
      }
      return { ...page, invoices: rows }
    })
  }

  #readFrom(after: string): Promise<void> {
    return this.#reading(async () => {
      const page = await this.#page(after, pageSize)
      return after === '' ? page : { ...page, invoices: [...this.rows, ...page.invoices] }
    })
  }

  #page(after: string, limit: number): Promise<InvoicePage> {
    return this.#backend.invoices({ ...this.choice, subscription_id: '', after, limit })
  }

  /** Takes over what was read unless something else was asked for meanwhile. */
  async #reading(read: () => Promise<InvoicePage>): Promise<void> {
    const asked = ++this.#asked
    this.reading = true
    try {
      const page = await read()
      if (asked !== this.#asked) return
      this.rows = page.invoices
      this.total = page.total
      this.#next = page.next
      this.known = true
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    } finally {
      if (asked === this.#asked) this.reading = false
    }
  }
}
