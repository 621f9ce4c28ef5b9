import { problemOf, type Backend } from '../api/backend'
import type { Invoice, InvoiceStatus, Problem } from '../api/types'

const pageSize = 200

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
      if (this.known) void this.#readFrom('', Math.max(this.rows.length, pageSize))
    })
  }

  choose(change: Partial<Choice>): Promise<void> {
    this.choice = { ...this.choice, ...change }
    this.scrolledTo = 0
    this.opened = 0
    return this.#readFrom('', pageSize)
  }

  /** Reads the first page unless it is there. */
  async open(): Promise<void> {
    if (!this.known) await this.#readFrom('', pageSize)
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
    if (this.more && !this.reading && !this.problem) await this.#readFrom(this.#next, pageSize)
  }

  retry = () => this.#readFrom(this.rows.length > 0 ? this.#next : '', pageSize)

  async #readFrom(after: string, limit: number): Promise<void> {
    const asked = ++this.#asked
    this.reading = true
    try {
      const page = await this.#backend.invoices({
        ...this.choice,
        subscription_id: '',
        after,
        limit: Math.min(limit, 500),
      })
      if (asked !== this.#asked) return
      this.rows = after === '' ? page.invoices : [...this.rows, ...page.invoices]
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
