import { Paged } from './paged.svelte'
import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { LedgerPage, LedgerRow } from '../api/types-ledger'

/** Everything that happened to the money, newest first. */
export class MoneyTimeline extends Paged<LedgerRow, object, LedgerPage> {
  /** Why the last notice could not be put away, or back. */
  refused: Problem | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    super({}, (_, after, limit) => backend.ledger({ after, limit }))
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => void this.readAgain())
  }

  putAway = (key: string) => this.#keep(() => this.#backend.putAlarmAway(key))
  showAgain = () => this.#keep(() => this.#backend.showAlarmsAgain())

  async #keep(change: () => Promise<void>): Promise<void> {
    this.refused = null
    try {
      await change()
    } catch (thrown) {
      this.refused = problemOf(thrown)
    }
    await this.readAgain()
  }
}
