import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'

/** What can be copied for others: the account for the vendor's support, a sentence for the bank. */
export class Support {
  /** Why the account could not be written down. */
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return () => {}
  }

  /** Writes the account down from the copy that is there; tells whether it is in the clipboard. */
  copySummary = (): Promise<boolean> => {
    this.problem = null
    const text = this.#backend.support().then((written) => written.text)
    text.catch((thrown: unknown) => (this.problem = problemOf(thrown)))
    return this.#backend.copy(text)
  }

  copyText = (text: string): Promise<boolean> => this.#backend.copy(Promise.resolve(text))
}
