import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalOf, exponentOf, formatMoney, minorOf } from './money'

const nbsp = '\u00a0'

/** The table that the Go side is tested with too; amounts past 2^53 are strings in it. */
const shared = JSON.parse(readFileSync('../backend/billing/testdata/money.json', 'utf8')) as {
  currency: string
  amount: number | string
  decimal: string
}[]

describe('decimalOf', () => {
  test.each(shared)('$amount $currency is $decimal', ({ amount, currency, decimal }) => {
    expect(decimalOf({ amount: BigInt(amount), currency })).toBe(decimal)
  })

  test.each([
    [1230, 'usd', '12.30'],
    [-5, 'usd', '-0.05'],
    [0, 'eur', '0.00'],
    [500, 'jpy', '500'],
    [-1, 'krw', '-1'],
    [-5, 'kwd', '-0.005'],
    [1234567, 'BHD', '1234.567'],
    [100, 'isk', '1.00'],
    [100, 'ugx', '1.00'],
    [12345, 'huf', '123.45'],
    [9007199254740991, 'usd', '90071992547409.91'],
  ])('%i %s is %s', (amount, currency, decimal) => {
    expect(decimalOf({ amount, currency })).toBe(decimal)
  })

  test('moves the point and changes no digit', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.constantFrom('usd', 'jpy', 'kwd', 'isk', 'idr', 'xyz'),
        (amount, currency) => {
          const decimal = decimalOf({ amount, currency })
          const [, fraction = ''] = decimal.split('.')
          expect(fraction).toHaveLength(exponentOf(currency))
          expect(BigInt(decimal.replace('.', ''))).toBe(BigInt(amount))
        },
      ),
    )
  })
})

describe('formatMoney', () => {
  test.each([
    ['en-US', 1230, 'usd', '$12.30'],
    ['en-US', 1230, 'eur', `EUR${nbsp}12.30`],
    ['en-GB', 1230, 'usd', `USD${nbsp}12.30`],
    ['en-GB', 123456, 'gbp', '£1,234.56'],
    ['en', 1230, 'usd', `USD${nbsp}12.30`],
    ['de-DE', 123456, 'eur', `1.234,56${nbsp}€`],
    ['en-US', -1999, 'usd', '-$19.99'],
    ['en-US', 1234567, 'kwd', `KWD${nbsp}1,234.567`],
    ['en-US', 500, 'jpy', `JPY${nbsp}500`],
    ['en-US', 12345, 'huf', `HUF${nbsp}123.45`],
    ['en-US', 100, '', '1.00'],
    ['en-US', 100, '<b>', '<B> 1.00'],
  ])('%s: %i %s is %s', (locale, amount, currency, text) => {
    expect(formatMoney({ amount, currency }, locale)).toBe(text)
  })

  test('keeps every digit of the largest amounts', () => {
    expect(formatMoney({ amount: 9007199254740991, currency: 'usd' }, 'en-US')).toBe(
      '$90,071,992,547,409.91',
    )
  })

  test('shows all digits of any amount', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        const digits = formatMoney({ amount, currency: 'usd' }, 'en-US').replace(/\D/g, '')
        expect(BigInt(digits)).toBe(BigInt(Math.abs(amount)))
      }),
    )
  })
})

test.each([
  ['50', 'usd', 5000],
  [' 50.5 ', 'usd', 5050],
  ['50,05', 'eur', 5005],
  ['1000', 'jpy', 1000],
  ['1.5', 'jpy', null],
  ['0.125', 'kwd', 125],
  ['0.125', 'usd', null],
  ['-5', 'usd', null],
  ['1e3', 'usd', null],
  ['', 'usd', null],
  ['1,000.00', 'usd', null],
])('%j in %s is typed for %j minor units', (text, currency, minor) => {
  expect(minorOf(text, currency)).toBe(minor)
})
