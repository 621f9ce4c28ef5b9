import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { PlanView } from '../api/types-portal'

/** The one subscription that is looked at closely. */
export class OpenPlan {
  view: PlanView | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  /** null while none is open; "" is the foremost. */
  #id: string | null = null
  #asked = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.#id !== null) void this.#read(this.#id)
    })
  }

  async open(id: string): Promise<void> {
    if (id !== this.#id) {
      this.view = null
      this.problem = null
    }
    this.#id = id
    await this.#read(id)
  }

  close(): void {
    this.#id = null
    this.#asked++
  }

  retry = () => this.#read(this.#id ?? '')

  async #read(id: string): Promise<void> {
    const asked = ++this.#asked
    try {
      const view = await this.#backend.plan(id)
      if (asked !== this.#asked) return
      this.view = view
      this.problem = null
    } catch (thrown) {
      if (asked !== this.#asked) return
      this.problem = problemOf(thrown)
      // One that is not there any more must not look as if it were.
      if (this.problem.code === 'not_found') this.view = null
    }
  }
}
