/** What happened to the money, in words. */
import { formatDate, formatInstant } from './dates'
import { declineText } from './decline'
import { m } from './messages/messages.js'
import { formatCount, formatMoney } from './money'
import { humanised, type Tone } from './status'
import type { Alarm, AlarmKind, Closing, EntryKind, LedgerRow } from '../api/types-ledger'

interface Words {
  text: () => string
  tone: Tone
}

const kinds: Readonly<Record<EntryKind, Words>> = {
  invoice: { text: m.ledger_invoice, tone: 'neutral' },
  invoice_voided: { text: m.ledger_invoice_voided, tone: 'neutral' },
  invoice_given_up: { text: m.ledger_invoice_given_up, tone: 'warn' },
  paid_out_of_band: { text: m.ledger_paid_out_of_band, tone: 'good' },
  payment: { text: m.ledger_payment, tone: 'good' },
  payment_failed: { text: m.ledger_payment_failed, tone: 'bad' },
  payment_pending: { text: m.ledger_payment_pending, tone: 'info' },
  refund: { text: m.ledger_refund, tone: 'info' },
  refund_failed: { text: m.ledger_refund_failed, tone: 'warn' },
  credit_note: { text: m.ledger_credit_note, tone: 'info' },
  balance: { text: m.ledger_balance, tone: 'info' },
}

/** Stripe's words for a movement of the balance, when it gives credit and when it takes it. */
const movements: Readonly<Record<string, { gives: () => string; takes: () => string }>> = {
  adjustment: { gives: m.ledger_credit_given, takes: m.ledger_debit_added },
  initial: { gives: m.ledger_credit_given, takes: m.ledger_debit_added },
  migration: { gives: m.ledger_credit_given, takes: m.ledger_debit_added },
  applied_to_invoice: { gives: m.ledger_put_on_balance, takes: m.ledger_credit_used },
  unapplied_from_invoice: { gives: m.ledger_credit_back, takes: m.ledger_debit_added },
  credit_note: { gives: m.ledger_credit_of_note, takes: m.ledger_debit_added },
  invoice_overpaid: { gives: m.ledger_overpaid, takes: m.ledger_debit_added },
  invoice_too_large: { gives: m.ledger_put_on_balance, takes: m.ledger_debit_added },
  invoice_too_small: { gives: m.ledger_put_on_balance, takes: m.ledger_too_small },
  unspent_receiver_credit: { gives: m.ledger_credit_given, takes: m.ledger_debit_added },
}

/** What an entry is called, and how loudly. */
export function entryLabel(entry: LedgerRow): { text: string; tone: Tone } {
  const { text, tone } = kinds[entry.kind]
  const movement = Object.hasOwn(movements, entry.why) ? movements[entry.why] : undefined
  if (entry.kind !== 'balance' || !movement) return { text: text(), tone }
  return { text: entry.amount.amount < 0 ? movement.gives() : movement.takes(), tone }
}

/** Why it happened; "" where the label says it, or nothing is known. */
export function entryReason({ kind, why }: LedgerRow): string {
  if (why === '' || kind === 'balance') return ''
  if (kind === 'payment_failed') return declineText({ decline_code: why, failure_code: '' })
  const words = humanised(why).toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The amount without its sign where the label tells the direction. */
export function entryAmount({ kind, amount }: LedgerRow): string {
  const shown = kind === 'balance' ? Math.abs(amount.amount) : amount.amount
  return formatMoney({ amount: shown, currency: amount.currency })
}

export function closingText({ currency, money, owed, credit }: Closing): string {
  return m.ledger_closing({
    currency: currency.toUpperCase(),
    paid: formatMoney({ amount: -money.amount, currency }),
    owed: formatMoney({ amount: -owed.amount, currency }),
    credit: formatMoney(credit),
  })
}

/** What the entries do not explain; "" where they explain all. */
export function differsText({ currency, owed_differs, credit_differs }: Closing): string {
  const amount = Math.abs(owed_differs.amount) + Math.abs(credit_differs.amount)
  return amount === 0 ? '' : m.ledger_differs({ amount: formatMoney({ amount, currency }) })
}

interface Sentences {
  title: (about: { amount: string; plan: string; count: string }) => string
  text: (about: { since: string; last: string }) => string
}

/** What is said of two, which is what it mostly is, and of more. */
const alarms: Readonly<Record<AlarmKind, { two: Sentences; more: Sentences }>> = {
  charged_twice: {
    two: { title: m.alarm_charged_twice, text: m.alarm_charged_twice_text },
    more: { title: m.alarm_charged_often, text: m.alarm_charged_often_text },
  },
  same_plan: {
    two: { title: m.alarm_same_plan, text: m.alarm_same_plan_text },
    more: { title: m.alarm_many_plans, text: m.alarm_many_plans_text },
  },
}

/** Payments have an instant, subscriptions begin on a day. */
export function alarmText(alarm: Alarm, zone: string): { title: string; text: string } {
  const { title, text } = alarms[alarm.kind][alarm.count > 2 ? 'more' : 'two']
  const when = (at: number) =>
    alarm.kind === 'charged_twice' ? formatInstant(at) : formatDate(at, zone)
  return {
    title: title({
      amount: formatMoney(alarm.amount),
      plan: alarm.plan.slice(0, 80) || m.plan_unnamed(),
      count: formatCount(alarm.count),
    }),
    text: text({ since: when(alarm.since), last: when(alarm.at) }),
  }
}
