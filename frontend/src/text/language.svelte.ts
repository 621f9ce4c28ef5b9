/** Which language the window speaks: the system's where we have it, or the one chosen. */
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from './messages/runtime.js'

export type Language = 'system' | Locale

/** Each language under its own name, as its speakers look for it. */
export const languageNames: Readonly<Record<Locale, string>> = { en: 'English', de: 'Deutsch' }

let chosen: Language = $state('system')

// Messages ask for the language whenever they are read, so every text on screen
// follows a change at once.
overwriteGetLocale(() => spokenIn(chosen))

export function languageOf(text: string | null): Language {
  return isLocale(text) ? text : 'system'
}

export function speak(language: Language): void {
  chosen = language
  document.documentElement.lang = spokenIn(language)
}

/** The first of the person's languages that the window knows. */
export function spokenIn(
  language: Language,
  preferred: readonly string[] = navigator.languages,
): Locale {
  if (language !== 'system') return language
  const own = preferred.map((tag) => tag.toLowerCase().split('-')[0] ?? '')
  return own.find((tag): tag is Locale => isLocale(tag)) ?? baseLocale
}
