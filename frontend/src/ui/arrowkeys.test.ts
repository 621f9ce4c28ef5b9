import { expect, test } from 'vitest'
import { targetOf } from './arrowkeys'

const list = { count: 10, page: 4 }

test.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 0, 0],
  ['ArrowUp', 5, 4],
  ['PageDown', 7, 9],
  ['PageUp', 7, 3],
  ['Home', 7, 0],
  ['End', 0, 9],
  ['a', 3, null],
])('%s from row %i leads to %s', (key, from, to) => {
  expect(targetOf(key, from, list)).toBe(to)
})

test('an empty list has nowhere to go', () => {
  expect(targetOf('ArrowDown', -1, { count: 0, page: 4 })).toBeNull()
})
