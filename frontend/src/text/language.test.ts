import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { languageNames, languageOf, speak, spokenIn } from './language.svelte'
import { m } from './messages/messages.js'
import { locales } from './messages/runtime.js'

afterEach(() => speak('system'))

describe('the window speaks', () => {
  test.each([
    ['system', ['de-AT', 'en'], 'de'],
    ['system', ['fr', 'de'], 'de'],
    ['system', ['fr'], 'en'],
    ['system', [], 'en'],
    ['en', ['de'], 'en'],
  ] as const)('%s with %o: %s', (language, preferred, want) => {
    expect(spokenIn(language, preferred)).toBe(want)
  })

  test('the language that was chosen, on the page as well', () => {
    speak('de')
    expect(m.section_payment_method()).toBe('Zahlungsmethode')
    expect(document.documentElement.lang).toBe('de')
    speak('en')
    expect(m.section_payment_method()).toBe('Payment Method')
  })

  test('as the system does when a choice makes no sense', () => {
    expect(languageOf('tlh')).toBe('system')
    expect(languageOf(null)).toBe('system')
  })
})

type Messages = Record<string, unknown>
const read = (language: string) =>
  JSON.parse(readFileSync(`messages/${language}.json`, 'utf8')) as Messages

/** What of a message is not words: its variants and what is put into it. */
function skeleton(message: unknown): unknown {
  const texts: string[] = []
  const shape = JSON.stringify(message, (key: string, value: unknown) => {
    if (typeof value !== 'string' || key === 'declarations' || key === 'selectors') return value
    texts.push(value)
    return ''
  })
  const names = texts.flatMap((text) => text.match(/\{\w+\}/g) ?? [])
  return { shape, names: [...new Set(names)].sort() }
}

describe.each(locales.filter((language) => language !== 'en'))(
  'the catalogue in %s',
  (language) => {
    const [base, other] = [read('en'), read(language)]

    test('has every message, in the same order', () => {
      expect(Object.keys(other)).toEqual(Object.keys(base))
      expect(languageNames[language]).toBeTruthy()
    })

    test.each(Object.keys(base).filter((key) => key !== '$schema'))('%s', (key) => {
      const words = JSON.stringify(other[key])
      expect(words).not.toBe('""')
      expect(skeleton(other[key])).toEqual(skeleton(base[key]))
    })
  },
)
