import { describe, expect, test } from 'vitest'
import { searchInEnglish } from './months'

describe('a search in German', () => {
  test.each([
    ['März 2026', 'march 2026'],
    ['mär', 'mär'], // without its dots it begins the English name, too
    ['Mrz', 'Mrz'],
    ['Okt. 2025', 'october 2025'],
    ['dezember credits', 'december credits'],
    ['Mai', 'may'],
    ['juni', 'june'],
    ['jun', 'jun'],
    ['april', 'april'],
    ['janu', 'janu'],
    ['ma', 'ma'],
    ['Mailand', 'Mailand'],
    ['4242 visa', '4242 visa'],
    ['', ''],
  ])('for "%s" asks for "%s"', (search, asked) => {
    expect(searchInEnglish(search, 'de-DE')).toBe(asked)
  })

  test('knows the name of every month', () => {
    const german =
      'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'
    const english =
      'january february march april may june july august september october november december'
    const asked = german.split(' ').map((month) => searchInEnglish(month, 'de').toLowerCase())
    english
      .split(' ')
      .forEach((name, month) => expect(name).toMatch(new RegExp(`^${asked[month]}`)))
  })
})

test('a search in English is asked as it is', () => {
  expect(searchInEnglish('March 2026 invoice', 'en-GB')).toBe('March 2026 invoice')
})
