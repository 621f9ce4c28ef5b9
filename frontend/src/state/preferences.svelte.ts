import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'

export type Theme = 'system' | 'light' | 'dark'

/** Only so that the first paint has the right colours; the backend's answer counts. */
const paintKey = 'billfold.theme'

const themeOf = (text: string | null): Theme =>
  text === 'light' || text === 'dark' ? text : 'system'

/** What the person set for the window. */
export class Preferences {
  theme: Theme = $state(themeOf(remembered()))
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
    this.#paint()
  }

  start(): () => void {
    void this.#read()
    return () => {}
  }

  async setTheme(theme: Theme): Promise<void> {
    this.theme = theme
    this.#paint()
    try {
      await this.#backend.setPreferences({ theme })
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  async #read(): Promise<void> {
    try {
      this.theme = themeOf((await this.#backend.preferences()).theme)
      this.#paint()
    } catch {
      // The system's own theme is a fair answer to an unreadable setting.
    }
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.theme
    try {
      window.localStorage.setItem(paintKey, this.theme)
    } catch {
      // Storage may be switched off; only the first paint is the poorer for it.
    }
  }
}

function remembered(): string | null {
  try {
    return window.localStorage.getItem(paintKey)
  } catch {
    return null
  }
}
