import { problemOf, type Backend } from '../api/backend'
import type { TaxIDVerdict } from './taxidform'
import type { Problem, TaxID, Upcoming } from '../api/types'
import type { TaxIDChange, TaxIDDraft, TaxIDType } from '../api/types-information'

/** What was done last, to be told and perhaps taken back. */
export interface TaxIDDone {
  what: 'added' | 'replaced' | 'removed'
  taxID: Pick<TaxID, 'type' | 'value'>
  /** How the next invoice's tax came out; null when that is not known. */
  nextBefore: Upcoming | null
  nextAfter: Upcoming | null
}

/** The old one of a replacement that could not be removed, and why. */
export interface Leftover {
  id: string
  problem: Problem | null
}

/** Adding, replacing and removing tax ids. */
export class TaxIDs {
  types: TaxIDType[] = $state.raw([])
  busy = $state(false)
  /** Why the last thing did not work; its field is type or value. */
  problem: Problem | null = $state.raw(null)
  done: TaxIDDone | null = $state.raw(null)
  leftover: Leftover | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return () => {}
  }

  reset(): void {
    this.problem = this.done = this.leftover = null
  }

  forgive = (): void => {
    this.problem = null
  }

  putAway = (): void => {
    this.done = null
  }

  readTypes = async (): Promise<void> => {
    if (this.types.length > 0) return
    try {
      this.types = await this.#backend.taxIDTypes()
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  /** How a number looks; advice, and never the last word. */
  verdict = async (type: string, country: string, value: string): Promise<TaxIDVerdict> => {
    const { taxIDVerdict } = await import('./taxidform')
    return taxIDVerdict(type, country, value)
  }

  /** The number as it is sent. */
  tidy = async (type: string, country: string, value: string): Promise<string> => {
    const { tidyTaxID } = await import('./taxidform')
    return tidyTaxID(type, country, value)
  }

  add = (draft: TaxIDDraft): Promise<boolean> =>
    this.#ask(async () => this.#tell('added', await this.#backend.addTaxID(draft)))

  replace = (id: string, draft: TaxIDDraft): Promise<boolean> =>
    this.#ask(async () => {
      const change = await this.#backend.replaceTaxID({ id, ...draft })
      this.leftover = change.both_exist ? { id: change.old_id, problem: change.problem } : null
      this.#tell(change.both_exist ? 'added' : 'replaced', change)
    })

  remove = ({ id, type, value }: TaxID): Promise<boolean> =>
    this.#ask(async () => {
      await this.#backend.removeTaxID(id)
      if (this.leftover?.id === id) this.leftover = null
      this.done = { what: 'removed', taxID: { type, value }, nextBefore: null, nextAfter: null }
    })

  #tell(what: TaxIDDone['what'], change: TaxIDChange): void {
    const { tax_id: taxID, next_before: nextBefore, next_after: nextAfter } = change
    this.done = { what, taxID, nextBefore, nextAfter }
  }

  async #ask(request: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.problem = null
    try {
      await request()
      return true
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return false
    } finally {
      this.busy = false
    }
  }
}
