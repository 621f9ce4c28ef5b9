/** What can be chosen of the types of tax numbers, and what is said while one is typed. */
import { countryName } from './address'
import { m } from './messages/messages.js'
import { getLocale } from './messages/runtime.js'
import type { TaxIDType } from '../api/types-information'

/** Stands for the types of no single country, which all are of the European Union. */
export const union = 'EU'

export const typesIn = (types: readonly TaxIDType[], country: string): TaxIDType[] =>
  types.filter((type) => type.country === (country === union ? '' : country))

/** The countries that have types, by name; those of no single country last. */
export function taxIDCountries(types: readonly TaxIDType[]): { value: string; label: string }[] {
  const codes = [...new Set(types.map(({ country }) => country))]
  const named = codes
    .filter((code) => code !== '')
    .map((value) => ({ value, label: countryName(value) }))
    .sort((a, b) => a.label.localeCompare(b.label, getLocale()))
  return codes.includes('') ? [...named, { value: union, label: m.tax_id_union() }] : named
}

export interface Advice {
  text: string
  tone: 'plain' | 'good' | 'warn'
}

interface Typed {
  verdict: 'right' | 'form' | 'digit' | 'unknown'
  value: string
  example: string
  /** True once the field was left, or what is typed is as long as the example. */
  settled: boolean
}

/** What is said below the number: nobody is told that they are wrong in the middle of a word. */
export function typedAdvice({ verdict, value, example, settled }: Typed): Advice {
  if (value.trim() !== '' && verdict === 'right') return { text: m.tax_id_right(), tone: 'good' }
  if (value.trim() !== '' && settled) {
    if (verdict === 'digit') return { text: m.tax_id_digit(), tone: 'warn' }
    if (verdict === 'form') return { text: m.tax_id_form({ example }), tone: 'warn' }
  }
  return { text: m.tax_id_example({ example }), tone: 'plain' }
}
