/** What the window can ask of Billfold, whichever way the two are connected. */
import { withLists } from './lists'
import type {
  About,
  Code,
  Destination,
  InvoiceDetail,
  InvoiceFilter,
  InvoicePage,
  Overview,
  Preferences,
  Problem,
  Scenario,
  Standing,
  SyncState,
} from './types'

/** Events carry no data: they say what to read again. */
export type EventName = 'changed' | 'sync' | 'open'

/**
 * How the window reaches Billfold: live; stopped, while nothing answers; ended,
 * when what answers no longer knows this page.
 */
export type Link = 'live' | 'stopped' | 'ended'

/** One way of reaching Billfold. */
export interface Transport {
  /** Rejects with a Problem. */
  call(method: string, args: unknown[]): Promise<unknown>
  /** Returns how to stop listening. */
  listen(name: EventName, heard: () => void): () => void
  /** Tells the present link at once and every later one. */
  watchLink(changed: (link: Link) => void): () => void
}

/** A failed call. */
export class BackendError extends Error {
  readonly code: Code

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'BackendError'
    this.code = problem.code
  }
}

/** Gives any thrown value as a Problem. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof BackendError) return { code: thrown.code, message: thrown.message }
  if (isProblem(thrown)) return { code: thrown.code, message: thrown.message }
  return { code: 'internal', message: '' }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).message === 'string'
  )
}

/** The typed calls; each rejects with a BackendError. */
export class Backend {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  overview = () => this.#call<Overview>('Overview')
  standing = () => this.#call<Standing>('Standing')
  invoices = (filter: InvoiceFilter) => this.#call<InvoicePage>('Invoices', filter)
  invoice = (id: string) => this.#call<InvoiceDetail>('Invoice', id)
  /** Starts a pull and returns at once; its progress arrives by "sync" events. */
  sync = () => this.#call<void>('Sync')
  /** Says that something happened after which new data are likely to be wanted. */
  look = () => this.#call<void>('Look')
  cancelSync = () => this.#call<void>('CancelSync')
  syncState = () => this.#call<SyncState>('SyncState')
  preferences = () => this.#call<Preferences>('Preferences')
  setPreferences = (preferences: Preferences) => this.#call<void>('SetPreferences', preferences)
  scenarios = () => this.#call<Scenario[]>('Scenarios')
  openScenario = (name: string) => this.#call<void>('OpenScenario', name)
  about = () => this.#call<About>('About')
  /** What a link asked to show; empty once it was read. */
  destination = () => this.#call<Destination>('Destination')

  on = (name: EventName, heard: () => void) => this.#transport.listen(name, heard)
  watchLink = (changed: (link: Link) => void) => this.#transport.watchLink(changed)

  async #call<Answer>(method: string, ...args: unknown[]): Promise<Answer> {
    try {
      return withLists(await this.#transport.call(method, args)) as Answer
    } catch (thrown) {
      throw new BackendError(problemOf(thrown))
    }
  }
}
