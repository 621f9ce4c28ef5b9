import { expect, test } from 'vitest'
import { withLists } from './lists'

test('a list that came as null is empty, however deep; other nulls stay', () => {
  expect(
    withLists({
      subscriptions: [{ items: null, upcoming: null }],
      owed: null,
      method_in_use: null,
    }),
  ).toEqual({ subscriptions: [{ items: [], upcoming: null }], owed: [], method_in_use: null })
})

test.each([[null], [undefined], ['text'], [3]])('%s passes as it is', (answer) => {
  expect(withLists(answer)).toBe(answer)
})
