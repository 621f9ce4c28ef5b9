import { everyPayment, queryOf, type PaymentChoice } from './choice'
import { Paged } from './paged.svelte'
import type { Backend } from '../api/backend'
import type { PaymentRow } from '../api/types-history'

/** Every payment and attempt, newest first. */
export class Payments extends Paged<PaymentRow, PaymentChoice> {
  /** Writes a search as the lists know it; the window knows the person's language. */
  spelt: (search: string) => string = (search) => search
  readonly #backend: Backend

  constructor(backend: Backend) {
    super(everyPayment, (choice, after, limit) =>
      backend.payments({ ...choice, search: this.spelt(choice.search), after, limit }),
    )
    this.#backend = backend
  }

  get chosen(): boolean {
    return this.query !== ''
  }

  get query(): string {
    return queryOf(this.choice)
  }

  start(): () => void {
    return this.#backend.on('changed', () => void this.readAgain())
  }
}
