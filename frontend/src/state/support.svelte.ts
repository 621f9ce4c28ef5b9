import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'

/** The account written down for the vendor's support. */
export class SupportText {
  /** Why it could not be written. */
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return () => {}
  }

  /** Writes it from the copy that is there; null when that cannot be. */
  read = async (): Promise<string | null> => {
    this.problem = null
    try {
      return (await this.#backend.support()).text
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return null
    }
  }
}
