import { afterEach, describe, expect, test } from 'vitest'
import { speak } from './language.svelte'
import * as standing from './standing'

afterEach(() => speak('system'))

const groups = {
  cause: standing.causes,
  consequence: standing.consequences,
  event: standing.events,
  'reason for no attempt': standing.noRetries,
  remedy: standing.remedies,
  unknown: standing.unknowns,
}

describe.each(Object.entries(groups))('every %s', (_, texts) => {
  test('has words of its own in English and in German', () => {
    const date = 'DATE'
    const written = (language: 'en' | 'de') => {
      speak(language)
      return Object.values(texts).map((text) => text({ date }))
    }
    const [english, german] = [written('en'), written('de')]
    expect(new Set(english).size).toBe(english.length)
    expect(new Set(german).size).toBe(german.length)
    english.forEach((text, at) => {
      expect(text).not.toMatch(/^$|standing_|[{}]/)
      expect(german[at]).not.toMatch(/^$|standing_|[{}]/)
      expect(german[at]).not.toBe(text)
    })
  })
})

describe('the next event', () => {
  test('is told as imminent rather than by a time that has passed', () => {
    speak('en')
    const event = { kind: 'retry', at: 0, imminent: true, amount: { amount: 0, currency: 'eur' } }
    const rest = { amount_known: false, method: null, subscription_id: '', invoice_id: '' }
    const next_event = { ...event, ...rest, kind: 'retry' as const }
    expect(standing.nextText({ next_event })).toBe('Next automatic attempt: any moment now.')
    expect(standing.nextText({ next_event: null })).toBe('')
  })
})
