import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { Remedy } from '../api/types-standing'
import type { HandOffFlow } from '../api/types-portal'
import type { Location } from './location.svelte'
import type { Sync } from './sync.svelte'

/** Leads to the hosted pages. */
interface Leads {
  start(to: { flow: HandOffFlow; subscription_id?: string; invoice_id?: string }): unknown
}

/** Does what helps, as far as a button can. */
export class Remedies {
  /** Why the last one could not be done. */
  problem: Problem | null = $state.raw(null)
  /** True while the older payment method is put aside. */
  busy = $state(false)
  readonly #backend: Backend
  readonly #around: { location: Location; sync: Sync; handOff: Leads }

  constructor(backend: Backend, around: { location: Location; sync: Sync; handOff: Leads }) {
    this.#backend = backend
    this.#around = around
  }

  start(): () => void {
    return () => {}
  }

  act(remedy: Remedy): void {
    const { location, sync, handOff } = this.#around
    const { subscription_id, invoice_id } = remedy
    this.problem = null
    switch (remedy.kind) {
      case 'update_card':
        return void handOff.start({ flow: 'add-card' })
      case 'confirm_payment':
      case 'pay_invoice':
        return void handOff.start({ flow: 'pay-invoice', invoice_id })
      case 'resume':
        return void handOff.start({ flow: 'undo', subscription_id })
      case 'fix_default':
        return void this.#fixDefault(subscription_id)
      case 'sync':
        return void sync.pull()
      case 'complete_billing_information':
        return location.go({ view: 'overview', section: 'billing-information' })
      case 'contact_bank':
        return location.go({ view: 'standing', part: 'bank' })
      case 'contact_vendor':
        return location.go({ view: 'standing', part: 'support' })
      case 'wait':
      case 'subscribe_again':
        return // Nothing here can do it.
    }
  }

  async #fixDefault(subscription: string): Promise<void> {
    this.busy = true
    try {
      await this.#backend.fixShadowedDefault(subscription)
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.busy = false
    }
  }
}
