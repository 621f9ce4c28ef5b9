import fc from 'fast-check'
import { expect, test } from 'vitest'
import { axisTicks, labelStep } from './scale'

test.each([
  [0, 9000, [0, 5000, 10000]],
  [-1200, 9200, [-5000, 0, 5000, 10000]],
  [0, 0, [0]],
  [0, 3, [0, 1, 2, 3]],
])('from %i to %i the axis has %j', (lowest, highest, ticks) => {
  expect(axisTicks(lowest, highest)).toEqual(ticks)
})

test('the axis covers every figure, has zero and whole minor units', () => {
  const amount = fc.integer({ min: -1e12, max: 1e12 })
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const ticks = axisTicks(Math.min(a, b), Math.max(a, b))
      expect(ticks).toContain(0)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks[0]).toBeLessThanOrEqual(Math.min(a, b, 0))
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(a, b, 0))
      expect(ticks.length).toBeLessThan(12)
    }),
  )
})

test('labels leave each other room', () => {
  expect(labelStep(12, 900, 56)).toBe(1)
  expect(labelStep(120, 900, 56)).toBe(8)
  expect(labelStep(0, 0, 56)).toBe(1)
})
