/** Writes an address and tax numbers. */
import { formattingLocale } from './locale'
import { m } from './messages/messages.js'
import { humanised } from './status'
import type { Address } from '../api/types'

/** The filled-in lines of an address, the country by its name. */
export function addressLines(address: Address, locale = formattingLocale()): string[] {
  const town = [address.postal_code, address.city].filter((part) => part !== '').join(' ')
  const place = [town, address.state].filter((part) => part !== '').join(', ')
  return [address.line1, address.line2, place, countryName(address.country, locale)].filter(
    (line) => line !== '',
  )
}

function countryName(code: string, locale: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code
}

const acronyms = /^(eu|gb|us|au|ca|ch|de|es|br|in|jp|kr|nz|no|sg|za)$/i
const words = /^(vat|gst|abn|ein|tin|uid|cif|cnpj|cpf|hst|pst|qst|bn|arn|uen|oib|nie)$/i

/** A tax number's type: eu_vat is "EU VAT". */
export function taxIDType(type: string): string {
  return type
    .split('_')
    .map((part) => (acronyms.test(part) || words.test(part) ? part.toUpperCase() : humanised(part)))
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
