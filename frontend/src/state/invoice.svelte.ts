import { problemOf, type Backend } from '../api/backend'
import type { InvoiceDetail, Problem } from '../api/types'

/** The one invoice that is open. */
export class OpenInvoice {
  detail: InvoiceDetail | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #id = ''
  #asked = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.#id !== '') void this.#read(this.#id)
    })
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
    try {
      const detail = await this.#backend.invoice(id)
      if (asked !== this.#asked) return
      this.detail = detail
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    }
  }
}
