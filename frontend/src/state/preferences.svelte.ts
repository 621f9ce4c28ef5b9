import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'

export type Theme = 'system' | 'light' | 'dark'

/** Only so that the first paint is right; the backend's answer counts. */
const paintKey = 'billfold.theme'
const languageKey = 'billfold.language'

const themeOf = (text: string | null): Theme =>
  text === 'light' || text === 'dark' ? text : 'system'

/** What the person set for the window. */
export class Preferences {
  theme: Theme = $state(themeOf(remembered(paintKey)))
  /** 'system', or the tag of the language that was chosen. */
  language: string = $state(remembered(languageKey) ?? 'system')
  /** False on a first run, until the person has chosen what to look at. */
  welcomed = $state(true)
  problem: Problem | null = $state.raw(null)
  /** True once they were read, or could not be. */
  known = $state(false)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
    this.#paint()
  }

  start(): () => void {
    void this.#read()
    return () => {}
  }

  setTheme(theme: Theme): Promise<void> {
    this.theme = theme
    return this.#keep()
  }

  setLanguage(language: string): Promise<void> {
    this.language = language
    return this.#keep()
  }

  setWelcomed(): Promise<void> {
    this.welcomed = true
    return this.#keep()
  }

  async #keep(): Promise<void> {
    this.#paint()
    try {
      await this.#backend.setPreferences({
        theme: this.theme,
        language: this.language,
        welcomed: this.welcomed,
      })
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  async #read(): Promise<void> {
    try {
      const kept = await this.#backend.preferences()
      this.theme = themeOf(kept.theme)
      this.language = kept.language
      this.welcomed = kept.welcomed
      this.#paint()
    } catch {
      // The system's own theme is a fair answer to an unreadable setting.
    } finally {
      this.known = true
    }
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.theme
    try {
      window.localStorage.setItem(paintKey, this.theme)
      window.localStorage.setItem(languageKey, this.language)
    } catch {
      // Storage may be switched off; only the first paint is the poorer for it.
    }
  }
}

function remembered(key: string): string | null {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null
  }
}
