import { problemOf, type Backend } from '../api/backend'
import type { Money, Problem } from '../api/types'
import type { Moment } from '../api/types-history'
import type { Matter, Standing } from '../api/types-standing'

/** What was owed and is paid now. */
export interface Restored {
  plan: string
  amount: Money | null
}

/** How the account stands, as the cache last gave it. */
export class StandingNow {
  standing: Standing | null = $state.raw(null)
  /** What was wrong a moment ago and is in order now, until it is put away. */
  restored: Restored | null = $state.raw(null)
  /** What happened to the invoice that is to be paid first. */
  timeline: Moment[] = $state.raw([])
  /** Why that could not be read. */
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #reading = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** The standing when it is worth a notice; good and chosen states need none. */
  get notable(): Standing | null {
    const now = this.standing
    if (!now || now.synced_at === 0 || now.state === 'good') return null
    // The notice of a removed account speaks for itself.
    if (now.cause === 'account_removed') return null
    return now.state === 'ended' && now.cause === 'ended_by_choice' ? null : now
  }

  start(): () => void {
    void this.read()
    return this.#backend.on('changed', () => void this.read())
  }

  /** A cache that cannot be read is told by the overview; nothing old is claimed meanwhile. */
  async read(): Promise<void> {
    const reading = ++this.#reading
    const standing = await this.#backend.standing().catch(() => null)
    if (reading !== this.#reading) return
    this.restored = restoredBy(this.standing, standing) ?? this.restored
    if (standing && isTrouble(standing)) this.restored = null
    this.standing = standing
  }

  /** Another account is shown: what was seen of the one before says nothing about it. */
  async reset(): Promise<void> {
    this.standing = null
    this.restored = null
    this.timeline = []
    await this.read()
  }

  dismissRestored(): void {
    this.restored = null
  }

  /** Reads what was tried on an invoice; "" is none. */
  async readTimeline(invoiceID: string): Promise<void> {
    this.problem = null
    if (invoiceID === '') {
      this.timeline = []
      return
    }
    try {
      this.timeline = (await this.#backend.invoice(invoiceID)).timeline
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }
}

const isTrouble = ({ state }: Matter): boolean => state === 'access_lost' || state === 'at_risk'

/** Tells when a matter that was grave is none any more: its subscription stands well now. */
function restoredBy(before: Standing | null, now: Standing | null): Restored | null {
  if (!before || !now || !isTrouble(before) || before.subscription_id === '') return null
  const same = [now, ...now.others].find((one) => one.subscription_id === before.subscription_id)
  if (!same || (same.state !== 'good' && same.state !== 'attention')) return null
  const [first] = before.invoice_ids
  const owed = before.owed_on.find(({ id }) => id === first)
  return { plan: before.plan, amount: owed?.amount ?? null }
}
