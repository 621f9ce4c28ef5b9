/** Writes amounts. No amount ever becomes a fraction of binary floating point. */
import { formattingLocale, isOwnCurrency } from './locale'

/** An integer in minor units with its currency in lower case. */
export interface Amount {
  amount: number | bigint
  currency: string
}

/**
 * Digits after the point that differ from 2. Stripe's, not CLDR's: isk, ugx, huf
 * and idr show no decimals in daily life, yet Stripe scales them by 100.
 * Source: docs.stripe.com, "Supported currencies".
 */
const exponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'
      .split(' ')
      .map((currency) => [currency, 0]),
  ),
  ...Object.fromEntries('bhd jod kwd omr tnd'.split(' ').map((currency) => [currency, 3])),
}

/** Decimal digits between the minor unit and the unit of a currency. */
export function exponentOf(currency: string): number {
  return exponents[currency.toLowerCase()] ?? 2
}

/** The amount as an exact decimal number: 1230 usd is "12.30", -5 kwd is "-0.005". */
export function decimalOf({ amount, currency }: Amount): `${number}` {
  const digits = exponentOf(currency)
  const sign = amount < 0 ? '-' : ''
  const minor = BigInt(amount)
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const point = text.length - digits
  const decimal = digits === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`
  return (sign + decimal) as `${number}`
}

/** Reads what somebody typed, "50", "50.00" or "50,00", as minor units; null when it is no amount. */
export function minorOf(text: string, currency: string): number | null {
  const [, whole = '', rest = ''] = /^(\d{1,12})(?:[.,](\d*))?$/.exec(text.trim()) ?? []
  const digits = exponentOf(currency)
  if (whole === '' || rest.length > digits) return null
  return Number(whole + rest.padEnd(digits, '0'))
}

/**
 * The amount as people write it, with the currency's code unless it is the
 * locale's own: "$12.30" in en-US, "EUR 12.30" in en-GB.
 */
export function formatMoney(money: Amount, locale: string = formattingLocale()): string {
  const format = moneyFormat(money.currency, locale)
  const decimal = decimalOf(money)
  // Given a string, Intl formats the decimal number exactly.
  if (format) return format.format(decimal)
  return money.currency === '' ? decimal : `${money.currency.toUpperCase()} ${decimal}`
}

/** The same for what is added or taken off: "+$3.00", "-$3.00". */
export function formatDifference(money: Amount, locale: string = formattingLocale()): string {
  return (money.amount > 0 ? '+' : '') + formatMoney(money, locale)
}

const formats = new Map<string, Intl.NumberFormat | null>()

function moneyFormat(currency: string, locale: string): Intl.NumberFormat | null {
  const key = `${locale} ${currency}`
  let format = formats.get(key)
  if (format === undefined) {
    format = newFormat(currency, locale)
    formats.set(key, format)
  }
  return format
}

/** Null for what is no currency code. */
function newFormat(currency: string, locale: string): Intl.NumberFormat | null {
  if (!/^[a-z]{3}$/i.test(currency)) return null
  const digits = exponentOf(currency)
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    currencyDisplay: isOwnCurrency(currency, locale) ? 'narrowSymbol' : 'code',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

const counts = new Map<string, Intl.NumberFormat>()

/** A plain count with the locale's grouping: 10,000. */
export function formatCount(count: number, locale: string = formattingLocale()): string {
  let format = counts.get(locale)
  if (!format) counts.set(locale, (format = new Intl.NumberFormat(locale)))
  return format.format(count)
}
