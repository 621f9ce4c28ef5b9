import { describe, expect, test } from 'vitest'
import { formatDate, formatExpiry, formatInstant, formatMoment, formatPeriod } from './dates'

/** 2026-11-01 00:30 UTC: still October in New York. */
const at = 1_793_493_000

describe('dates', () => {
  test('a document keeps the date of its zone', () => {
    expect(formatDate(at, 'UTC', 'en-US')).toBe('Nov 1, 2026')
    expect(formatDate(at, 'America/New_York', 'en-US')).toBe('Oct 31, 2026')
  })

  test('an unknown instant is nothing, never 1970', () => {
    expect(formatDate(0, 'UTC', 'en-US')).toBe('')
    expect(formatInstant(0, 'en-US')).toBe('')
    expect(formatMoment(0, new Date(0), 'en-US')).toBe('')
    expect(formatPeriod(0, 0, 'UTC', 'en-US')).toBe('')
  })

  test('an instant no calendar has is nothing, not an error', () => {
    expect(formatDate(1e15, 'UTC', 'en-US')).toBe('')
  })

  test('a zone nobody knows reads as UTC', () => {
    expect(formatDate(at, 'Mars/Olympus', 'en-US')).toBe('Nov 1, 2026')
    expect(formatDate(at, '', 'en-US')).toBe('Nov 1, 2026')
  })

  test('a period with one known end is that end', () => {
    expect(formatPeriod(at, 0, 'UTC', 'en-US')).toBe('Nov 1, 2026')
    expect(formatPeriod(0, at, 'UTC', 'en-US')).toBe('Nov 1, 2026')
  })

  test('a moment of today is its time, of another day its date too, both with the zone', () => {
    const same = formatMoment(at, new Date(at * 1000), 'en-US')
    const other = formatMoment(at, new Date((at + 200_000) * 1000), 'en-US')
    expect(same).toMatch(/^12:30\sAM UTC$/)
    expect(other).toMatch(/^Nov 1, 2026, 12:30\sAM UTC$/)
  })

  test.each([
    [4, 2028, '04/28'],
    [12, 2030, '12/30'],
    [0, 0, ''],
    [13, 2030, ''],
  ])('expiry %i/%i is %s', (month, year, text) => {
    expect(formatExpiry(month, year)).toBe(text)
  })
})
