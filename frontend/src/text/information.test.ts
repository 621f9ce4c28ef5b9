import { afterEach, describe, expect, test } from 'vitest'
import { correctionLetter, isMailAddress, lackingText, mailLink } from './correction'
import { countryChoices, fieldName, firstToShow, refusedText, taxOutcome } from './information'
import { speak } from './language.svelte'
import { taxIDCountries, typedAdvice, typesIn } from './taxid'
import { addressForm, countries } from '../state/addressform'
import type { Money, Upcoming } from '../api/types'

afterEach(() => speak('system'))

const next = (tax: number, total: number): Upcoming => {
  const of = (amount: number): Money => ({ amount, currency: 'usd' })
  const none = of(0)
  return {
    at: 0,
    amount_due: of(total),
    subtotal: none,
    tax: of(tax),
    total: of(total),
    discount: none,
    discounts: [],
    taxes: [],
    lines: [],
  }
}

test('every country’s word for a part of an address has a name', async () => {
  for (const country of countries) {
    for (const { word } of (await addressForm(country)).rows.flat()) {
      expect(fieldName('no such field', word), `${word} of ${country}`).not.toBe('no such field')
    }
  }
})

test('countries stand in the order of the language that is spoken', () => {
  const order = () => countryChoices(['AT', 'DE', 'ZA']).map(({ value }) => value)
  expect(order()).toEqual(['AT', 'DE', 'ZA'])
  speak('de')
  expect(order()).toEqual(['DE', 'AT', 'ZA'])
  expect(countryChoices(['AT'])[0]).toMatchObject({ label: 'Österreich', also: ['Austria'] })
})

test('the first invoice that shows a change is named by its date, a draft by its hour', () => {
  const first = { invoice_id: '', number: '', subscription_id: 'sub_1', at: 1_796_083_200 }
  expect(firstToShow({ ...first, draft: false }, 'UTC')).toBe(
    'The invoice of December 1, 2026 is the first to show it.',
  )
  expect(firstToShow({ ...first, draft: true }, 'UTC')).toMatch(/issued around Dec 1, 2026/)
  expect(firstToShow({ ...first, at: 0, draft: true }, 'UTC')).toMatch(/drawing up/)
  expect(firstToShow(null, 'UTC')).toMatch(/No further invoice/)
})

test('how the tax came out is said only where it is known', () => {
  expect(taxOutcome(next(400, 2400), next(0, 2000))).toBe(
    'The tax on the next invoice goes from $4.00 to $0.00; its total is $20.00.',
  )
  expect(taxOutcome(next(400, 2400), next(400, 2400))).toMatch(/stays \$4\.00/)
  expect(taxOutcome(next(400, 2400), null)).toBe('')
})

test('a refusal is told in the language that is spoken', () => {
  const problem = {
    code: 'invalid',
    message: 'The postal code is wrong.',
    field: 'address',
  } as const
  expect(refusedText(problem)).toBe('The postal code is wrong.')
  speak('de')
  expect(refusedText(problem)).toMatch(/^Für diese Adresse/)
  expect(refusedText({ ...problem, field: 'value' })).toMatch(/Steuernummer/)
})

describe('a tax id that is being typed', () => {
  const typed = { verdict: 'form', value: 'DE1', example: 'DE123456789', settled: false } as const

  test('is not called wrong in the middle of it', () => {
    expect(typedAdvice(typed).tone).toBe('plain')
    expect(typedAdvice({ ...typed, settled: true }).tone).toBe('warn')
    expect(typedAdvice({ ...typed, verdict: 'digit', settled: true }).text).toMatch(/slip/)
  })

  test('is called right as soon as it is, and an empty one is nothing', () => {
    expect(typedAdvice({ ...typed, verdict: 'right' }).tone).toBe('good')
    expect(typedAdvice({ ...typed, value: ' ', settled: true }).tone).toBe('plain')
  })

  test('has the types of its country, and those of none are the Union’s', () => {
    const types = [
      { type: 'eu_vat', country: 'DE', example: '', verified: true },
      { type: 'us_ein', country: 'US', example: '', verified: false },
      { type: 'eu_oss_vat', country: '', example: '', verified: false },
    ]
    expect(taxIDCountries(types).map(({ value }) => value)).toEqual(['DE', 'US', 'EU'])
    expect(typesIn(types, 'EU').map(({ type }) => type)).toEqual(['eu_oss_vat'])
    expect(typesIn(types, 'FR')).toEqual([])
  })
})

describe('the letter to the vendor', () => {
  const invoices = [
    { id: 'in_2', number: 'A-2', date: 1_796_083_200, fields: ['address', 'tax_ids'] },
    { id: 'in_1', number: 'A-1', date: 1_793_491_200, fields: ['name'] },
  ]
  const information = {
    name: 'Whitfield GmbH',
    email: 'ada@example.com',
    phone: '',
    address: {
      line1: '1 Row',
      line2: '',
      city: 'Bonn',
      state: '',
      postal_code: '53113',
      country: 'DE',
    },
    tax_ids: [
      {
        id: 'txi_1',
        type: 'eu_vat',
        value: 'DE136695976',
        country: 'DE',
        verification: 'verified',
        created_at: 0,
      },
    ],
  }

  test('names each invoice, what is not so on it, and what should be', () => {
    const { subject, text } = correctionLetter(invoices, information, 'UTC')
    expect(subject).toBe('Correction of 2 invoices')
    expect(text).toContain('- A-2 of December 1, 2026: shows another address and not every tax ID')
    expect(text).toContain('- A-1 of November 1, 2026: shows another name')
    expect(text).toContain('Whitfield GmbH\n1 Row\n53113 Bonn\nGermany\nEU VAT DE136695976')
    expect(text).toContain('My account: ada@example.com')
  })

  test('is in the language that is spoken', () => {
    speak('de')
    const { subject, text } = correctionLetter(invoices.slice(0, 1), information, 'UTC')
    expect(subject).toBe('Korrektur der Rechnung A-2')
    expect(text).toMatch(/^Guten Tag,/)
    expect(text).toContain('Deutschland')
    expect(lackingText(['name'])).toBe('anderer Name')
  })

  test('opens in a mail program, and nothing of it becomes part of the address', () => {
    const hostile = { ...information, name: 'A&bcc=x@y.z?\n`$(rm)' }
    const link = mailLink('help@vendor.example', correctionLetter(invoices, hostile, 'UTC'))
    const url = new URL(link)
    expect(url.protocol + url.pathname).toBe('mailto:help@vendor.example')
    expect([...url.searchParams.keys()]).toEqual(['subject', 'body'])
    expect(url.searchParams.get('body')).toContain('A&bcc=x@y.z?')
    expect(link).not.toMatch(/[\s`$()<>;|\\~!*[\]{}]/)
  })

  test('that is too long for a link is left to be pasted', () => {
    const many = Array.from({ length: 90 }, () => invoices[0]).filter((one) => one !== undefined)
    const link = mailLink('help@vendor.example', correctionLetter(many, information, 'UTC'))
    expect([...new URL(link).searchParams.keys()]).toEqual(['subject'])
  })

  test('goes to an address only', () => {
    expect(isMailAddress('help@vendor.example')).toBe(true)
    for (const other of ['', 'https://vendor.example', 'a@b.c?bcc=d@e.f', 'a b@c.d']) {
      expect(isMailAddress(other), other).toBe(false)
    }
  })
})
