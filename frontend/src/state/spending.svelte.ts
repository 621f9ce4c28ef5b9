import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { Spending as Figures } from '../api/types-history'

/** The months of a year, or 0 for all there are. */
export type Span = 12 | 0

/** What was spent month by month. */
export class Spending {
  span: Span = $state(12)
  figures: Figures | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #asked = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.figures) void this.read()
    })
  }

  async show(span: Span): Promise<void> {
    this.span = span
    await this.read()
  }

  reset(): void {
    this.#asked++
    this.figures = null
    this.problem = null
  }

  read = async (): Promise<void> => {
    const asked = ++this.#asked
    try {
      const figures = await this.#backend.spending({ months: this.span })
      if (asked !== this.#asked) return
      this.figures = figures
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    }
  }
}
