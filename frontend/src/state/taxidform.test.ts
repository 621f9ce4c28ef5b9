import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { taxIDVerdict, tidyTaxID, vatPrefix } from './taxidform'

describe('a number that is somebody’s', () => {
  test.each([
    ['eu_vat', 'DE', 'DE136695976'],
    ['eu_vat', 'DE', '136 695 976'],
    ['eu_vat', 'GR', 'EL094259216'],
    ['eu_vat', 'FR', 'FR40303265045'],
    ['eu_vat', 'GB', 'XI980780684'],
    ['gb_vat', 'GB', 'GB980780684'],
    ['us_ein', 'US', '12-3456789'],
    ['ch_vat', 'CH', 'CHE-107.787.577 MWST'],
    ['au_abn', 'AU', '51 824 753 556'],
    ['jp_trn', 'JP', 'T5835678256246'],
    ['cl_tin', 'CL', '12.531.909-2'],
    ['in_gst', 'IN', '27AAPFU0939F1ZV'],
    ['br_cnpj', 'BR', '16.727.230/0001-97'],
  ])('is right: %s of %s, %s', (type, country, value) => {
    expect(taxIDVerdict(type, country, value)).toBe('right')
  })
})

test.each([
  ['eu_vat', 'DE', 'DE136695975', 'digit'],
  ['eu_vat', 'DE', 'DE12345', 'form'],
  ['eu_vat', 'DE', 'FR40303265045', 'form'],
  ['us_ein', 'US', 'DE136695976', 'form'],
  ['ae_trn', 'AE', '123456789012345', 'unknown'],
  ['no_such', 'DE', '1', 'unknown'],
])('%s of %s: %s is told to be %s', (type, country, value, verdict) => {
  expect(taxIDVerdict(type, country, value)).toBe(verdict)
})

/** The backend's own table: no example that is shown may be called badly formed. */
function examples(): [type: string, country: string, example: string][] {
  const go = readFileSync('../backend/billing/taxidtype.go', 'utf8')
  const between = (start: string) => go.split(start)[1]?.split('`')[1]?.trim() ?? ''
  const others = between('taxIDTable =')
    .split('\n')
    .map((line): [string, string, string] => {
      const [type = '', ...example] = line.split(' ')
      return [type, type.slice(0, 2).toUpperCase(), example.join(' ')]
    })
  const union = between('euVATExamples =')
    .split(/\s+/)
    .map((example): [string, string, string] => ['eu_vat', '', example])
  return [...others, ...union]
}

test('every type’s example has the form of its type', () => {
  const all = examples()
  expect(all.length).toBeGreaterThan(90)
  const wrong = all.filter(([type, country, example]) => {
    // Sweden's numbers end in 01, which Stripe's example does not.
    return !example.startsWith('SE') && taxIDVerdict(type, country, example) === 'form'
  })
  expect(wrong).toEqual([])
})

describe('what is sent', () => {
  test.each([
    ['eu_vat', 'DE', ' 136.695-976 ', 'DE136695976'],
    ['eu_vat', 'DE', 'de136695976', 'DE136695976'],
    ['eu_vat', 'GR', '094259216', 'EL094259216'],
    ['eu_vat', 'AT', 'u13585627', 'ATU13585627'],
    ['eu_vat', 'US', '123', '123'],
    ['eu_vat', 'DE', '  ', ''],
    ['us_ein', 'US', ' 12-345 6789 ', '12-3456789'],
    ['ch_vat', 'CH', ' CHE-107.787.577 MWST', 'CHE-107.787.577 MWST'],
  ])('of %s in %s for "%s" is "%s"', (type, country, value, sent) => {
    expect(tidyTaxID(type, country, value)).toBe(sent)
  })

  test('begins with the letters that the country has for VAT', () => {
    expect(['GR', 'GB', 'DE'].map(vatPrefix)).toEqual(['EL', 'XI', 'DE'])
  })
})
