import type { Backend } from '../api/backend'
import type { Standing } from '../api/types-standing'

/** How the account stands, as the cache last gave it. */
export class StandingNow {
  standing: Standing | null = $state.raw(null)
  readonly #backend: Backend
  #reading = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    return this.#backend.on('changed', () => void this.read())
  }

  /** A cache that cannot be read is told by the overview; nothing old is claimed meanwhile. */
  async read(): Promise<void> {
    const reading = ++this.#reading
    const standing = await this.#backend.standing().catch(() => null)
    if (reading === this.#reading) this.standing = standing
  }
}
