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
  /** False on a first run, until the person has chosen what to look at. */
  welcomed = $state(true)
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
    await this.#keep()
  }

  async setWelcomed(): Promise<void> {
    this.welcomed = true
    await this.#keep()
  }

  async #keep(): Promise<void> {
    try {
      await this.#backend.setPreferences({ theme: this.theme, welcomed: this.welcomed })
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  async #read(): Promise<void> {
    try {
      const { theme, welcomed } = await this.#backend.preferences()
      this.theme = themeOf(theme)
      this.welcomed = welcomed
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
