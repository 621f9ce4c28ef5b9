/** What changed, in sentences. */
import { formatDate, formatExpiry, formatInstant } from './dates'
import { methodText } from './method'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import { humanised } from './status'
import type { Change } from '../api/types-portal'

/** One change in a sentence; dates of plans are in their zone. */
export function changeText(change: Change, zone: string): string {
  const plan = change.plan || m.plan_unnamed()
  const method = change.method ? methodText(change.method) : m.method_card()
  switch (change.kind) {
    case 'method_added':
      return m.change_method_added({ method })
    case 'method_removed':
      return m.change_method_removed({ method })
    case 'method_updated':
      return updatedText(change, method)
    case 'default_method_changed':
      return change.method ? m.change_default({ method }) : m.change_default_none()
    case 'charged_method_changed':
      return change.method
        ? m.change_charged({ plan, method: methodText(change.method) })
        : m.change_charged_none({ plan })
    case 'invoice_paid':
    case 'invoice_created':
    case 'payment_failed':
      return invoiceText(change)
    case 'plan_changed':
      return change.plan_before === change.plan
        ? m.change_plan_parts({ plan })
        : m.change_plan({ before: change.plan_before || m.plan_unnamed(), plan })
    case 'cancellation_scheduled':
      return m.change_ends({ plan, date: formatDate(change.at, zone) })
    case 'cancellation_undone':
      return m.change_goes_on({ plan })
    case 'subscription_started':
      return m.change_started({ plan })
    case 'subscription_ended':
      return m.change_ended({ plan })
    default:
      return otherText(change)
  }
}

function updatedText({ method }: Change, name: string): string {
  const expiry = method ? formatExpiry(method.exp_month, method.exp_year) : ''
  return expiry === ''
    ? m.change_method_updated({ method: name })
    : m.change_method_updated_expiry({ method: name, expiry })
}

function invoiceText({ kind, number, amount: money, at }: Change): string {
  const amount = money ? formatMoney(money) : ''
  if (kind === 'invoice_created') return m.change_invoice({ number, amount })
  if (kind === 'invoice_paid') {
    return number === '' ? m.change_paid_unnumbered({ amount }) : m.change_paid({ amount, number })
  }
  const date = formatInstant(at)
  return date === ''
    ? m.change_failed({ amount, number })
    : m.change_failed_retry({ amount, number, date })
}

function otherText(change: Change): string {
  const number = change.tax_id?.value ?? ''
  switch (change.kind) {
    case 'tax_id_added':
      return m.change_tax_id_added({ number })
    case 'tax_id_removed':
      return m.change_tax_id_removed({ number })
    case 'tax_id_verified':
      return m.change_tax_id_verified({ number })
    case 'tax_id_unverified':
      return m.change_tax_id_unverified({ number })
    case 'billing_information_changed':
      return m.change_information()
    default:
      return humanised(change.kind)
  }
}
