/** A notification in a title and a sentence or two. */
import { formatDate, formatInstant } from './dates'
import { formattingLocale } from './locale'
import { chargedText, nameOf } from './matter'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import type { MissingKind } from '../api/types-information'
import type { Notification, NotificationKind } from '../api/types-notice'

interface About {
  what: string
  /** The plan, where it has a name, and the invoice. */
  about: string
  invoice: string
  amount: string
  method: string
  date: string
  missing: string
}

interface Words {
  title: (about: About) => string
  body: (about: About) => string
}

const words: Readonly<Record<NotificationKind, Words>> = {
  access_lost: { title: m.notify_access_lost, body: m.notify_access_lost_body },
  confirmation_needed: {
    title: m.notify_confirmation_needed,
    body: m.notify_confirmation_needed_body,
  },
  payment_failed: { title: m.notify_payment_failed, body: m.notify_payment_failed_body },
  access_restored: { title: m.notify_access_restored, body: m.notify_access_restored_body },
  card_expires: { title: m.notify_card_expires, body: m.notify_card_expires_body },
  large_invoice: { title: m.notify_large_invoice, body: m.notify_large_invoice_body },
  billing_data_incomplete: {
    title: () => m.notify_billing_data_incomplete(),
    body: m.notify_billing_data_incomplete_body,
  },
  subscription_ends: {
    title: m.notify_subscription_ends,
    body: () => m.notify_subscription_ends_body(),
  },
  renewal: { title: m.notify_renewal, body: m.notify_renewal_body },
}

/** An end that has come is told as past. */
const ended: Words = { title: m.notify_subscription_ended, body: m.notify_subscription_ended_body }

const missing: Readonly<Record<MissingKind, () => string>> = {
  name: m.notify_missing_name,
  address: m.notify_missing_address,
  address_incomplete: m.notify_missing_address_incomplete,
  tax_id: m.notify_missing_tax_id,
  tax_id_unverified: m.notify_missing_tax_id_unverified,
  tax_id_pending: m.notify_missing_tax_id_pending,
}

/** What each kind is called where it can be switched off, the gravest first. */
export const kindNames: Readonly<Record<NotificationKind, () => string>> = {
  access_lost: m.notify_kind_access_lost,
  confirmation_needed: m.notify_kind_confirmation_needed,
  payment_failed: m.notify_kind_payment_failed,
  access_restored: m.notify_kind_access_restored,
  card_expires: m.notify_kind_card_expires,
  large_invoice: m.notify_kind_large_invoice,
  billing_data_incomplete: m.notify_kind_billing_data_incomplete,
  subscription_ends: m.notify_kind_subscription_ends,
  renewal: m.notify_kind_renewal,
}

/** now is in Unix seconds; what comes from an old copy says so. */
export function notificationText(
  told: Notification,
  zone: string,
  now: number,
): { title: string; body: string } {
  const about = aboutOf(told, zone)
  const past = told.kind === 'subscription_ends' && told.at <= now
  const { title, body } = past ? ended : words[told.kind]
  const asOf = told.as_of === 0 ? '' : m.notify_as_of({ moment: formatInstant(told.as_of) })
  const begin = told.plan.trim() === '' ? capitalised : (text: string) => text
  return {
    title: begin(title(about)),
    body: [begin(body(about)), asOf].filter((text) => text !== '').join(' '),
  }
}

/** What begins with a word of ours begins as a sentence does; a name stays as it is. */
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function aboutOf(told: Notification, zone: string): About {
  const number = told.invoice_number || told.invoice_id
  const invoice = m.standing_what_invoice({ number: number.slice(0, 80) })
  const plan = told.plan.trim() === '' ? '' : `${nameOf(told, null)}, `
  return {
    what: told.subscription_id === '' ? nameOf(told, { number }) : nameOf(told, null),
    about: plan + invoice,
    invoice,
    amount: told.amount_known ? formatMoney(told.amount) : m.notify_amount_unknown(),
    method: chargedText(told.method) || m.notify_method_unknown(),
    date: formatDate(told.at, zone),
    missing: new Intl.ListFormat(formattingLocale()).format(
      told.missing.map((kind) => missing[kind]()),
    ),
  }
}

/** Reads "7, 1" as days; null when one of them makes no sense. */
export function daysOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const days = parts.map((part) => (/^\d{1,2}$/.test(part) ? Number(part) : 0))
  return days.every((day) => day >= 1 && day <= 60) ? [...new Set(days)] : null
}
