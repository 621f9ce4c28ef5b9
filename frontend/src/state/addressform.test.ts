import { describe, expect, test } from 'vitest'
import { addressForm, countries } from './addressform'
import type { AddressForm } from './addressform'

const partsOf = ({ rows }: AddressForm) => rows.map((row) => row.map(({ part }) => part).join(' '))
const fieldOf = (form: AddressForm, part: string) =>
  form.rows.flat().find((field) => field.part === part)

describe('the fields of an address', () => {
  test.each([
    ['US', ['line1', 'line2', 'city state postal_code']],
    ['DE', ['line1', 'line2', 'postal_code city']],
    ['GB', ['line1', 'line2', 'city', 'postal_code']],
    ['JP', ['postal_code', 'state', 'line1', 'line2']],
    ['HK', ['state', 'city', 'line1', 'line2']],
  ])('stand as %s orders them', async (country, rows) => {
    expect(partsOf(await addressForm(country))).toEqual(rows)
  })

  test.each([
    ['US', 'postal_code', 'zip', true],
    ['DE', 'postal_code', 'postal', true],
    ['IE', 'postal_code', 'eircode', false],
    ['IN', 'postal_code', 'pin', true],
    ['GB', 'city', 'post_town', true],
    ['CA', 'state', 'province', true],
    ['JP', 'state', 'prefecture', true],
    ['AE', 'state', 'emirate', true],
    ['BR', 'line2', 'neighborhood', false],
  ])('have the words of %s: its %s is a %s, needed: %s', async (country, part, word, required) => {
    expect(fieldOf(await addressForm(country), part)).toMatchObject({ word, required })
  })

  test('are those of every country: each has a street, and nothing twice', async () => {
    expect(countries.length).toBeGreaterThan(240)
    for (const country of countries) {
      const form = await addressForm(country)
      const parts = form.rows.flat().map(({ part }) => part)
      expect(parts, country).toContain('line1')
      expect(new Set(parts).size, country).toBe(parts.length)
    }
  })

  test('of a country that nobody knows are all of them', async () => {
    expect(partsOf(await addressForm('ZZ'))).toEqual([
      'line1',
      'line2',
      'postal_code city',
      'state',
    ])
    expect(partsOf(await addressForm(''))).toHaveLength(4)
  })
})

describe('states', () => {
  test('are written as their code where mail is', async () => {
    const states = fieldOf(await addressForm('US'), 'state')?.choices ?? []
    expect(states).toContainEqual({ value: 'NY', label: 'New York' })
  })

  test('are written out elsewhere, and found in either script', async () => {
    const states = fieldOf(await addressForm('JP'), 'state')?.choices ?? []
    expect(states).toContainEqual({ value: 'Tokyo', label: 'Tokyo · 東京都' })
    const spain = fieldOf(await addressForm('ES'), 'state')?.choices ?? []
    expect(spain).toContainEqual({ value: 'Madrid', label: 'Madrid' })
  })
})

test('a postal code is looked at whole, and there is an example of one', async () => {
  const germany = await addressForm('DE')
  expect(germany.postalCode?.test(germany.postalExample)).toBe(true)
  expect(germany.postalCode?.test('1234')).toBe(false)
  expect(germany.postalCode?.test('123456')).toBe(false)
  const britain = await addressForm('GB')
  expect(britain.postalCode?.test('ec1y 8sy')).toBe(true)
  expect((await addressForm('HK')).postalCode).toBeNull()
})
