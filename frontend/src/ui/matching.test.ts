import { expect, test } from 'vitest'
import { matching } from './matching'

const options = [
  { value: 'DZ', label: 'Algeria' },
  { value: 'AT', label: 'Österreich', also: ['Austria'] },
  { value: 'DE', label: 'Germany' },
  { value: 'GB', label: 'United Kingdom' },
]

test.each([
  ['', ['DZ', 'AT', 'DE', 'GB']],
  ['ger', ['DE', 'DZ']],
  ['oster', ['AT']],
  ['austria', ['AT']],
  ['king', ['GB']],
  ['de', ['DE']],
  ['(', []],
  ['nowhere', []],
])('"%s" finds %o', (typed, values) => {
  expect(matching(options, typed).map(({ value }) => value)).toEqual(values)
})
