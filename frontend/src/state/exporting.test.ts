import { describe, expect, test } from 'vitest'
import { beginOf } from './exporting.svelte'

describe('a day begins', () => {
  test.each([
    ['2026-03-01', 0, 'UTC', '2026-03-01T00:00:00Z'],
    ['2026-03-01', 1, 'UTC', '2026-03-02T00:00:00Z'],
    ['2026-03-29', 0, 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    // The clocks go forward on that day, so it is an hour shorter.
    ['2026-03-29', 1, 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-12-31', 1, 'America/New_York', '2027-01-01T05:00:00Z'],
  ])('%s and %d days on, in %s', (day, later, zone, want) => {
    expect(beginOf(day, later, zone)).toBe(Date.parse(want) / 1000)
  })

  test('never, when there is none', () => expect(beginOf('', 1, 'UTC')).toBe(0))
})
