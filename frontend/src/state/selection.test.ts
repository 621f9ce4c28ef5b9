import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Selection } from './selection.svelte'

const rows = ['a', 'b', 'c', 'd', 'e', 'f']

test('a row is taken in and out again', () => {
  const selection = new Selection()
  selection.toggle(rows, 1)
  selection.toggle(rows, 3)
  expect([...selection.ids]).toEqual(['b', 'd'])
  selection.toggle(rows, 1)
  expect([...selection.ids]).toEqual(['d'])
})

test('a range reaches from the row that was last toggled, either way', () => {
  const selection = new Selection()
  selection.toggle(rows, 3)
  selection.extend(rows, 5)
  selection.extend(rows, 2)
  expect([...selection.ids].sort()).toEqual(['c', 'd', 'e', 'f'])
})

test('a range without a beginning starts where the focus was', () => {
  const selection = new Selection()
  selection.extend(rows, 2, 1)
  expect([...selection.ids]).toEqual(['b', 'c'])
})

test('a row that is not there selects nothing', () => {
  const selection = new Selection()
  selection.toggle(rows, 17)
  expect(selection.count).toBe(0)
})

test('toggling twice changes nothing, whatever is selected', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), fc.nat(5), (before, row) => {
      const selection = new Selection()
      before.forEach((one) => selection.toggle(rows, one))
      const ids = [...selection.ids].sort()
      selection.toggle(rows, row)
      selection.toggle(rows, row)
      expect([...selection.ids].sort()).toEqual(ids)
    }),
  )
})
