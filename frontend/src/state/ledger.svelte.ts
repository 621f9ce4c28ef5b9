import { Paged } from './paged.svelte'
import type { Backend } from '../api/backend'
import type { LedgerPage, LedgerRow } from '../api/types-ledger'

/** Everything that happened to the money, newest first. */
export class MoneyTimeline extends Paged<LedgerRow, object, LedgerPage> {
  readonly #backend: Backend

  constructor(backend: Backend) {
    super({}, (_, after, limit) => backend.ledger({ after, limit }))
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => void this.readAgain())
  }
}
