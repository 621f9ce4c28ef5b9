import { problemOf, type Backend, type Link } from '../api/backend'
import type { About, Problem, Scenario } from '../api/types'

/** The running Billfold itself: whether it answers, which it is, what its sandbox can show. */
export class Program {
  link: Link = $state('live')
  about: About | null = $state.raw(null)
  scenarios: Scenario[] = $state.raw([])
  /** The scenario that is being opened, "" when none is. */
  opening = $state('')
  problem: Problem | null = $state.raw(null)
  /** True once it was answered, or could not be, what there is to choose from. */
  known = $state(false)
  /** Notices the person has put away. */
  dismissed: string[] = $state.raw([])
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    return this.#backend.watchLink((link) => {
      const returned = this.link === 'stopped' && link === 'live'
      this.link = link
      if (returned) void this.read()
    })
  }

  async read(): Promise<void> {
    try {
      const [about, scenarios] = await Promise.all([
        this.#backend.about(),
        this.#backend.scenarios(),
      ])
      this.about = about
      this.scenarios = scenarios
    } catch {
      // Neither is needed to show billing; the link's return reads them again.
    } finally {
      this.known = true
    }
  }

  /** Opens a sandbox scenario; tells whether it did. */
  async openScenario(name: string): Promise<boolean> {
    this.opening = name
    this.problem = null
    try {
      await this.#backend.openScenario(name)
      return true
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return false
    } finally {
      this.opening = ''
    }
  }

  dismiss(notice: string): void {
    this.dismissed = [...this.dismissed, notice]
  }
}
