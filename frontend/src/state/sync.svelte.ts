import { problemOf, type Backend } from '../api/backend'
import type { Problem, SyncState } from '../api/types'

const idle: SyncState = {
  running: false,
  step: '',
  done: 0,
  problem: null,
  attempted_at: 0,
  synced_at: 0,
}

/** How long after a sign that somebody is back a pull is asked for. */
const lookAfterMs = 250

/** How the present or last pull goes. */
export class Sync {
  state: SyncState = $state.raw(idle)
  /** False until the state was read once. */
  known = $state(false)
  /** Why starting or stopping a pull did not work. */
  refused: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #reading = 0
  #looking: ReturnType<typeof setTimeout> | undefined

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get problem(): Problem | null {
    return this.refused ?? (this.state.running ? null : this.state.problem)
  }

  start(): () => void {
    void this.read()
    const stop = this.#backend.on('sync', () => void this.read())
    // Whoever comes back to the window, or gets the network back, wants to see what is new.
    window.addEventListener('focus', this.#look)
    window.addEventListener('online', this.#look)
    return () => {
      stop()
      clearTimeout(this.#looking)
      window.removeEventListener('focus', this.#look)
      window.removeEventListener('online', this.#look)
    }
  }

  /**
   * It is a hint: what came of it is told by the next event. Signs that come together
   * are one, and the view that somebody came back for is drawn before.
   */
  #look = () => {
    clearTimeout(this.#looking)
    this.#looking = setTimeout(() => void this.#backend.look().catch(() => {}), lookAfterMs)
  }

  async read(): Promise<void> {
    const reading = ++this.#reading
    try {
      const state = await this.#backend.syncState()
      if (reading !== this.#reading) return
      this.state = state
      this.known = true
    } catch {
      // The next event, or the link's return, reads it again.
    }
  }

  pull = () => this.#ask(this.#backend.sync)
  cancel = () => this.#ask(this.#backend.cancelSync)

  async #ask(request: () => Promise<void>): Promise<void> {
    this.refused = null
    try {
      await request()
    } catch (thrown) {
      this.refused = problemOf(thrown)
    }
    await this.read()
  }
}
