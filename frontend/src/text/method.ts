/** What is said of a payment method. */
import { formatExpiry } from './dates'
import { m } from './messages/messages.js'
import { humanised } from './status'
import type { MethodOrigin, PaymentMethod } from '../api/types'
import type { MethodWarning } from '../api/types-portal'

const brands: Readonly<Record<string, string>> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'Eftpos Australia',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}

const types: Readonly<Record<string, string>> = {
  acss_debit: 'Pre-authorized debit',
  au_becs_debit: 'BECS Direct Debit',
  bacs_debit: 'Bacs Direct Debit',
  cashapp: 'Cash App Pay',
  ideal: 'iDEAL',
  link: 'Link',
  paypal: 'PayPal',
  sepa_debit: 'SEPA Direct Debit',
  us_bank_account: 'US bank account',
}

type Shown = Pick<PaymentMethod, 'type' | 'brand'>

/** The brand of a card, the name of anything else. Types unknown here keep their own word. */
export function methodName(method: Shown): string {
  if (method.type === 'card' || method.type === '') {
    if (method.brand === '' || method.brand === 'unknown') return m.method_card()
    return brands[method.brand] ?? humanised(method.brand)
  }
  return types[method.type] ?? humanised(method.type)
}

/** "•••• 4242", or "" for what has no number. */
export function maskedNumber(last4: string): string {
  return last4 === '' ? '' : `•••• ${last4}`
}

/** Name and number in one line: "Visa •••• 4242". */
export function methodText(method: Shown & { last4: string }): string {
  return [methodName(method), maskedNumber(method.last4)].filter((part) => part !== '').join(' ')
}

export function expiryText(method: PaymentMethod): string {
  const expiry = formatExpiry(method.exp_month, method.exp_year)
  return expiry === '' ? '' : m.method_expires({ expiry })
}

/** How a card is funded; "" where that is not known or says nothing. */
export function fundingText(funding: string): string {
  switch (funding) {
    case 'credit':
      return m.method_credit()
    case 'debit':
      return m.method_debit()
    case 'prepaid':
      return m.method_prepaid()
    default:
      return ''
  }
}

/** What is wrong with a saved method, and what to do. */
export function warningText(warning: MethodWarning): string {
  switch (warning) {
    case 'expired':
      return m.method_warn_expired()
    case 'expires_before_charge':
      return m.method_warn_expires()
    case 'last_while_owed':
      return m.method_warn_last()
    default:
      return humanised(warning)
  }
}

export function walletText(wallet: string): string {
  return wallet === '' ? '' : m.method_wallet({ wallet: humanised(wallet) })
}

/** Whose setting makes this the method that is charged. */
export function originText(origin: MethodOrigin): string {
  switch (origin) {
    case 'invoice':
      return m.method_origin_invoice()
    case 'subscription':
    case 'subscription_source':
      return m.method_origin_subscription()
    default:
      return m.method_origin_customer()
  }
}

/**
 * Whether a card stops working before an instant (Unix seconds): it works to the
 * end of its month, in UTC.
 */
export function expiresBefore(method: PaymentMethod, at: number): boolean {
  const { exp_month: month, exp_year: year } = method
  if (at === 0 || month < 1 || month > 12 || year < 1) return false
  return Date.UTC(year, month, 1) / 1000 <= at
}
