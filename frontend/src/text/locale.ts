/** Which conventions numbers and dates are written by. */
import { getLocale } from './messages/runtime.js'

/** The currency of everyday life, for regions whose people see it without its code. */
const ownCurrency: Readonly<Record<string, string>> = {
  AT: 'eur',
  AU: 'aud',
  BE: 'eur',
  CA: 'cad',
  CH: 'chf',
  DE: 'eur',
  ES: 'eur',
  FI: 'eur',
  FR: 'eur',
  GB: 'gbp',
  IE: 'eur',
  IN: 'inr',
  IT: 'eur',
  JP: 'jpy',
  KR: 'krw',
  LU: 'eur',
  NL: 'eur',
  NZ: 'nzd',
  PT: 'eur',
  US: 'usd',
}

/**
 * The person's own variant of the window's language (en-GB, say), so that the
 * words and the dates on one screen are in one language.
 */
export function formattingLocale(preferred: readonly string[] = navigator.languages): string {
  const language = getLocale()
  const own = preferred.find((tag) => tag.toLowerCase().split('-')[0] === language)
  return own ?? language
}

/** Tells whether an amount in this currency is clear without the currency's code. */
export function isOwnCurrency(currency: string, locale: string): boolean {
  const region = locale.split('-').find((part) => /^[A-Z]{2}$/.test(part))
  return region !== undefined && ownCurrency[region] === currency.toLowerCase()
}
