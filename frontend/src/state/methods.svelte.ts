import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { PaymentMethodsView } from '../api/types-portal'

/** The saved ways to pay, and what the vendor's portal lets one do with them. */
export class PaymentMethods {
  view: PaymentMethodsView | null = $state.raw(null)
  /** Why they could not be read; what was read before stays. */
  problem: Problem | null = $state.raw(null)
  /** Why the last change was not made. */
  refused: Problem | null = $state.raw(null)
  /** The method or the subscription that is being changed, "" for none. */
  changing = $state('')
  readonly #backend: Backend
  #reading = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    return this.#backend.on('changed', () => void this.read())
  }

  read = async (): Promise<void> => {
    const reading = ++this.#reading
    try {
      const view = await this.#backend.paymentMethods()
      if (reading !== this.#reading) return
      this.view = view
      this.problem = null
    } catch (thrown) {
      if (reading === this.#reading) this.problem = problemOf(thrown)
    }
  }

  /** Also after another account was opened: its methods are others. */
  async reset(): Promise<void> {
    this.view = null
    this.refused = null
    await this.read()
  }

  makeDefault = (method: string) =>
    this.#change(method, () => this.#backend.setDefaultPaymentMethod(method))

  /** Lets a subscription be charged to the customer's default again. */
  fix = (subscription: string) =>
    this.#change(subscription, () => this.#backend.fixShadowedDefault(subscription))

  async #change(what: string, request: () => Promise<void>): Promise<void> {
    if (this.changing !== '') return
    this.changing = what
    this.refused = null
    try {
      await request()
      await this.read()
    } catch (thrown) {
      this.refused = problemOf(thrown)
    } finally {
      this.changing = ''
    }
  }
}
