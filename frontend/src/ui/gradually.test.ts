import { describe, expect, it } from 'vitest'
import { admit } from './gradually'

const items = (...keys: number[]) => keys.map((key) => ({ key }))

describe('admit', () => {
  it('lets the first few begin', () => {
    expect(admit([], items(1, 2, 3, 4, 5), 2)).toEqual(items(1, 2))
  })

  it('keeps what is there, wherever it stands, and counts only what is new', () => {
    expect(admit(items(3, 5), items(1, 2, 3, 4, 5), 2)).toEqual(items(1, 2, 3, 5))
  })

  it('drops what is no longer wanted', () => {
    expect(admit(items(1, 2, 3), items(3, 4), 8)).toEqual(items(3, 4))
  })

  it('reaches the whole after enough frames, and each item stays once it is there', () => {
    const wanted = items(...Array.from({ length: 21 }, (_, key) => key))
    let there: { key: number }[] = []
    for (let frame = 1; frame <= 3; frame++) {
      const next = admit(there, wanted, 8)
      expect(next).toEqual(expect.arrayContaining(there))
      expect(next).toHaveLength(Math.min(21, frame * 8))
      there = next
    }
  })
})
