import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceOf, everything, nextOrder, paymentChoiceOf, queryOf, type Choice } from './choice'

const choices: fc.Arbitrary<Choice> = fc
  .record({
    search: fc.string({ maxLength: 200 }),
    year: fc.constantFrom(0, 2024, 2026),
    status: fc.constantFrom<Choice['status']>('', 'open', 'paid', 'void'),
    subscription: fc.string(),
    kind: fc.constantFrom<Choice['kind']>('', 'plan', 'one_time'),
    sort: fc.constantFrom<Choice['sort']>('', 'amount', 'paid_at'),
    descending: fc.boolean(),
  })
  .map((choice) => ({ ...choice, descending: choice.sort !== '' && choice.descending }))

test('every choice survives the address', () => {
  fc.assert(
    fc.property(choices, (choice) => {
      expect(choiceOf(queryOf(choice))).toEqual(choice)
    }),
  )
})

test('everything has an empty query, and any text at all is read as some choice', () => {
  expect(queryOf(everything)).toBe('')
  expect(choiceOf('')).toEqual(everything)
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(choiceOf(queryOf(choiceOf(text)))).toEqual(choiceOf(text))
    }),
  )
})

test.each([
  ['status=stolen&year=99999&kind=x&sort=colour&descending=true', everything],
  ['year=2026.5', everything],
  ['sort=amount&descending=true', { ...everything, sort: 'amount', descending: true }],
])('%s is read as far as it is known', (query, choice) => {
  expect(choiceOf(query)).toEqual(choice)
})

test('payments know their own statuses alone', () => {
  expect(paymentChoiceOf('status=failed&year=2025').status).toBe('failed')
  expect(paymentChoiceOf('status=void').status).toBe('')
})

test('a column orders its own way, then the other, then gives way to the date', () => {
  const first = nextOrder(everything, 'amount')
  expect(first).toEqual({ sort: 'amount', descending: true })
  const second = nextOrder(first, 'amount')
  expect(second).toEqual({ sort: 'amount', descending: false })
  expect(nextOrder(second, 'amount')).toEqual({ sort: '', descending: false })
  expect(nextOrder(first, 'number')).toEqual({ sort: 'number', descending: false })
  expect(nextOrder(first, '')).toEqual({ sort: '', descending: false })
})
