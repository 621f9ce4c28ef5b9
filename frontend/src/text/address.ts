/** Writes an address and tax numbers. */
import { formatAddress } from 'localized-address-format'
import { formattingLocale } from './locale'
import { m } from './messages/messages.js'
import { humanised } from './status'
import type { Address } from '../api/types'

/** The filled-in lines of an address as its country orders them, and the country by its name. */
export function addressLines(address: Address, locale = formattingLocale()): string[] {
  const lines = formatAddress({
    postalCountry: address.country,
    administrativeArea: address.state,
    locality: address.city,
    postalCode: address.postal_code,
    addressLines: [address.line1, address.line2].filter((line) => line !== ''),
  })
  return withNothingLost(lines, address)
    .concat(countryName(address.country, locale))
    .filter((line) => line.trim() !== '')
}

/** Countries without states or codes leave theirs out; what was given is shown all the same. */
function withNothingLost(lines: string[], address: Address): string[] {
  const parts = [address.city, address.state, address.postal_code]
  return lines.concat(parts.filter((part) => !lines.some((line) => line.includes(part))))
}

/** A country by its name, or the code as it is. */
export function countryName(code: string, locale = formattingLocale()): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code
}

const region = /^[a-z]{2}$/i
const words = /^(vat|gst|abn|ein|tin|uid|cif|cnpj|cpf|hst|pst|qst|bn|arn|uen|oib|nie)$/i

/** A tax number's type: eu_vat is "EU VAT". */
export function taxIDType(type: string): string {
  if (type === 'eu_vat') return m.tax_type_eu_vat()
  return type
    .split('_')
    .map((part) => (region.test(part) || words.test(part) ? part.toUpperCase() : humanised(part)))
    .join(' ')
}

/** What the authority said of a tax number; "" where none is asked. */
export function verificationText(verification: string): string {
  switch (verification) {
    case 'pending':
      return m.tax_id_pending()
    case 'verified':
      return m.tax_id_verified()
    case 'unverified':
      return m.tax_id_unverified()
    case 'unavailable':
      return m.tax_id_unavailable()
    default:
      return ''
  }
}
