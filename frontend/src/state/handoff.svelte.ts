import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type {
  HandOffFlow,
  HandOffRequest,
  HandOffState,
  HandOffTicket,
  PortalFeatures,
} from '../api/types-portal'

/** What somebody wants to do on the hosted pages. */
export interface HandOffWish {
  flow: HandOffFlow
  /** For cancel, undo and change-plan; none is the foremost that goes on. */
  subscriptionID?: string
  /** For pay-invoice. */
  invoiceID?: string
  /** What it is about in words: the plan's name, or the invoice's number. */
  about?: string
}

/** Whether the vendor's portal offers it, as far as is known. */
export function offers(portal: PortalFeatures | null, flow: HandOffFlow): boolean {
  if (!portal?.known) return true
  switch (flow) {
    case 'add-card':
    case 'edit-card':
      return portal.add_card
    case 'cancel':
    case 'undo':
      return portal.cancel
    case 'change-plan':
      return portal.change_plan
    default:
      return true
  }
}

/** Leading to the hosted pages: before, while one is there, and what changed after. */
export class HandOff {
  /** What is asked about before it starts; null when no question is open. */
  wish: HandOffWish | null = $state.raw(null)
  /** Where it would lead; null until that is known. */
  ticket: HandOffTicket | null = $state.raw(null)
  /** Why it cannot be planned or started. */
  problem: Problem | null = $state.raw(null)
  starting = $state(false)
  /** How the present or last one goes; null before it was read. */
  state: HandOffState | null = $state.raw(null)
  /** True for one that opens no browser: only its link is wanted. */
  silent = $state(false)
  /** Whether the link is in the clipboard; false when it could not be put there. */
  copied: boolean | null = $state(null)
  /** True from the return of the browser until somebody looks at the window. */
  attention = $state(false)
  readonly #backend: Backend
  #reading = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** Whether one is under way or has something to tell. */
  get shown(): boolean {
    return this.state !== null && this.state.phase !== ''
  }

  start(): () => void {
    void this.read()
    const noticed = () => (this.attention = false)
    window.addEventListener('focus', noticed)
    const stops = [
      this.#backend.on('handoff', () => void this.read()),
      this.#backend.on('front', () => (this.attention = !document.hasFocus())),
    ]
    return () => {
      window.removeEventListener('focus', noticed)
      stops.forEach((stop) => stop())
    }
  }

  /** Asks first: says where it leads, and why. */
  ask = async (wish: HandOffWish): Promise<void> => {
    this.wish = wish
    this.ticket = null
    this.problem = null
    await this.plan()
  }

  /** Finds out where the wish would lead. */
  plan = async (): Promise<void> => {
    const wish = this.wish
    if (!wish) return
    this.problem = null
    try {
      const ticket = await this.#backend.planHandOff(this.#request(wish, false))
      if (wish === this.wish) this.ticket = ticket
    } catch (thrown) {
      if (wish === this.wish) this.problem = problemOf(thrown)
    }
  }

  /** Leads there; silently when only the link is wanted. */
  go = async (silent = false): Promise<void> => {
    if (this.wish) await this.#lead(this.#request(this.wish, silent))
  }

  /** Puts the question away. */
  leave = (): void => {
    this.wish = null
    this.problem = null
  }

  /** Leads to the same place once more, with a fresh link. */
  again = async (): Promise<void> => {
    const last = this.state
    if (!last || last.flow === '') return
    await this.#lead({
      flow: last.flow,
      subscription_id: last.subscription_id,
      invoice_id: last.invoice_id,
      locale: document.documentElement.lang,
      silent: this.silent,
    })
  }

  check = () => this.#attempt(this.#backend.checkHandOff)

  /** Stops waiting, or puts away what there was to tell. */
  end = () => this.#attempt(this.#backend.cancelHandOff)

  copyLink = () =>
    this.#attempt(async () => {
      this.copied = await this.#backend.copyHandOffLink()
    })

  read = async (): Promise<void> => {
    const reading = ++this.#reading
    try {
      const state = await this.#backend.handOffState()
      if (reading !== this.#reading) return
      if (state.number !== this.state?.number) this.copied = null
      this.state = state
    } catch {
      // The next event reads it again.
    }
  }

  async #lead(request: HandOffRequest): Promise<void> {
    this.starting = true
    const ok = await this.#attempt(async () => {
      await this.#backend.handOff(request)
      this.silent = request.silent
    })
    this.starting = false
    if (ok) this.leave()
  }

  #request({ flow, subscriptionID, invoiceID }: HandOffWish, silent: boolean): HandOffRequest {
    return {
      flow,
      subscription_id: subscriptionID ?? '',
      invoice_id: invoiceID ?? '',
      locale: document.documentElement.lang,
      silent,
    }
  }

  async #attempt(request: () => Promise<void>): Promise<boolean> {
    this.problem = null
    try {
      await request()
      await this.read()
      return true
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return false
    }
  }
}
