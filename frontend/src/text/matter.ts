/** The sentences in which a matter is told, with its amounts and dates. */
import { formatDate, formatInstant } from './dates'
import { m } from './messages/messages.js'
import { methodText } from './method'
import { formatCount, formatMoney } from './money'
import { causes, meaningText, nextText, noRetryText, remedies } from './standing'
import type { ChargedMethod, Money } from '../api/types'
import type {
  Cause,
  Matter,
  NextEvent,
  OwedInvoice,
  Remedy,
  RemedyKind,
  Standing,
  StandingState,
} from '../api/types-standing'
import type { Tone } from './status'

/** The longest name of a plan that a sentence is made with. */
const longestName = 80

/** What a matter is about, as a sentence can say it; "" for what is not known. */
interface About {
  amount: string
  what: string
  date: string
  method: string
  hidden: string
}

type Sentence = (about: About) => string

/** The causes that are told with an amount, where that is known. */
const withAmount: Readonly<Partial<Record<Cause, Sentence>>> = {
  payment_failed: m.standing_of_payment_failed,
  card_expired: m.standing_of_card_expired,
  confirmation_needed: m.standing_of_confirmation_needed,
  shadowed_default: m.standing_of_shadowed_default,
  no_method: m.standing_of_no_method,
  tries_used_up: m.standing_of_tries_used_up,
  invoice_to_pay: m.standing_of_invoice_to_pay,
  invoice_overdue: m.standing_of_invoice_overdue,
  payment_processing: m.standing_of_payment_processing,
  change_unpaid: m.standing_of_change_unpaid,
  first_payment_unfinished: m.standing_of_first_payment_unfinished,
  open_after_end: m.standing_of_open_after_end,
  ended_unpaid: m.standing_of_ended_unpaid,
}

/** The causes that are told with the date of what happens next, where that is known. */
const withDate: Readonly<Partial<Record<Cause, Sentence>>> = {
  trial_ends_without_method: m.standing_of_trial_ends_without_method,
  cancellation_planned: m.standing_of_cancellation_planned,
}

/** The causes that are told with the day on which it ended, where that is known. */
const withEnd: Readonly<Partial<Record<Cause, Sentence>>> = {
  ended_by_choice: m.standing_of_ended_by_choice,
  ended_without_reason: m.standing_of_ended_without_reason,
}

/** What happened, in one sentence without its full stop. */
export function whatText(matter: Matter, standing: Standing, zone: string): string {
  const about = aboutOf(matter, standing, zone)
  const unnamed =
    matter.cause === 'shadowed_default' && (about.method === '' || about.hidden === '')
  if (about.amount !== '' && withAmount[matter.cause] && !unnamed) {
    return (withAmount[matter.cause] as Sentence)(about)
  }
  if (about.date !== '' && withDate[matter.cause]) {
    return (withDate[matter.cause] as Sentence)(about)
  }
  const ended = withEnd[matter.cause]
  if (ended && matter.ended_at !== 0) {
    return ended({ ...about, date: formatDate(matter.ended_at, zone) })
  }
  if (matter.cause === 'card_expires' && about.date !== '' && about.method !== '') {
    return m.standing_of_card_expires(about)
  }
  return causes[matter.cause]()
}

function aboutOf(matter: Matter, standing: Standing, zone: string): About {
  const owed = owedBy(matter, standing)
  const next = matter.next_event
  return {
    amount: owed ? formatMoney(owed.amount) : '',
    what: nameOf(matter, owed),
    date: next && !next.imminent ? formatDate(next.at, zone) : '',
    method: chargedText(matter.method),
    hidden: matter.hidden ? methodText(matter.hidden).slice(0, longestName) : '',
  }
}

/** The invoice to pay first; null when it is about none. */
export function owedBy(matter: Matter, standing: Standing): OwedInvoice | null {
  const [first] = matter.invoice_ids
  return standing.owed_on.find(({ id }) => id === first) ?? null
}

/** What is paid for: the plan, else the invoice. */
export function nameOf(
  matter: Pick<Matter, 'plan'>,
  owed: Pick<OwedInvoice, 'number'> | null,
): string {
  const plan = matter.plan.slice(0, longestName).trim()
  if (plan !== '') return plan
  const number = (owed?.number ?? '').slice(0, longestName)
  return number === '' ? m.standing_what_subscription() : m.standing_what_invoice({ number })
}

export const chargedText = (charged: ChargedMethod | null): string =>
  charged?.method ? methodText(charged.method).slice(0, longestName) : ''

/** What it means and what comes next on its own, a sentence each. */
export function meaningTexts(matter: Matter): string[] {
  const open = matter.invoice_ids.length
  return [
    open > 1 ? m.standing_several_open({ count: formatCount(open) }) : '',
    meaningText(matter),
    noRetryText(matter.no_retry),
    tellsNext(matter) ? nextText(matter) : '',
  ].filter((sentence) => sentence !== '')
}

/** The causes that are told with the date of what comes next. */
const dated: readonly Cause[] = [
  'card_expires',
  'trial_ends_without_method',
  'cancellation_planned',
]

/** What was told with its date is not told again, nor the next bill beside one that is not tried again. */
function tellsNext({ cause, consequence, no_retry, next_event }: Matter): boolean {
  if (consequence === 'access_until' && next_event?.kind === 'ends') return false
  return !dated.includes(cause) && !(no_retry !== '' && next_event?.kind === 'charge')
}

/** The event with its amount and method: "Next automatic attempt: … · $21.78 from Visa •••• 4242". */
export function eventText(event: NextEvent): string {
  const text = nextText({ next_event: event })
  if (!event.amount_known || event.amount.amount === 0) return text
  const amount = formatMoney(event.amount)
  const method = chargedText(event.method)
  const money = method === '' ? amount : m.standing_next_amount_method({ amount, method })
  return `${text} ${money}`
}

/** What can be done, in a sentence; waiting is nothing to do only where nothing else is. */
export function remedyText(remedy: Remedy, at: number, standing: Standing): string {
  const method = hiddenText(remedy, standing)
  if (method !== '') return m.standing_do_fix_default_to({ method })
  const matters: Matter[] = [standing, ...standing.others]
  const next = matters.find((one) => one.remedies.includes(remedy))?.next_event
  if (remedy.kind !== 'wait' || at === 0 || next?.kind !== 'retry') return remedies[remedy.kind]()
  return next.imminent
    ? m.standing_do_wait_else()
    : m.standing_do_wait_until({ date: formatInstant(next.at) })
}

/** The method that a remedy would have charged; "" where it is about none. */
function hiddenText({ kind, method_id }: Remedy, { hidden, others }: Standing): string {
  const methods = [hidden, ...others.map((matter) => matter.hidden)]
  const method = methods.find((one) => kind === 'fix_default' && one?.id === method_id)
  return method ? methodText(method).slice(0, longestName) : ''
}

/** What the button for a remedy says; "" for what no button can do. */
export function actText(remedy: Remedy, standing: Standing): string {
  const method = hiddenText(remedy, standing)
  if (method !== '') return m.standing_act_fix_default_to({ method })
  return acts[remedy.kind](amountOf(remedy, standing))
}

/** What a remedy acts on, for the question before one leaves: the invoice, else the plan. */
export function aboutText({ invoice_id, subscription_id }: Remedy, standing: Standing): string {
  const owed = [...standing.owed_on, ...standing.given_up].find(({ id }) => id === invoice_id)
  if (owed) return nameOf({ plan: '' }, owed)
  const matters: Matter[] = [standing, ...standing.others]
  const of = matters.find((matter) => matter.subscription_id === subscription_id)
  return of ? nameOf(of, null) : ''
}

function amountOf({ invoice_id }: Remedy, { owed_on, given_up }: Standing): Money | null {
  return [...owed_on, ...given_up].find(({ id }) => id === invoice_id)?.amount ?? null
}

const acts: Readonly<Record<RemedyKind, (amount: Money | null) => string>> = {
  confirm_payment: () => m.standing_act_confirm(),
  fix_default: () => m.standing_act_fix_default(),
  update_card: () => m.standing_act_update_card(),
  pay_invoice: (amount) => payText(amount),
  resume: () => m.standing_act_resume(),
  wait: () => '',
  contact_bank: () => m.standing_act_bank(),
  contact_vendor: () => m.standing_act_vendor(),
  subscribe_again: () => '',
  complete_billing_information: () => m.standing_act_information(),
  sync: () => m.standing_sync(),
}

const payText = (amount: Money | null): string =>
  amount ? m.standing_act_pay({ amount: formatMoney(amount) }) : m.standing_act_pay_unknown()

const states: Readonly<Record<StandingState, { text: () => string; tone: Tone }>> = {
  good: { text: m.standing_state_good, tone: 'good' },
  attention: { text: m.standing_state_attention, tone: 'warn' },
  at_risk: { text: m.standing_state_at_risk, tone: 'warn' },
  access_lost: { text: m.standing_state_access_lost, tone: 'bad' },
  ended: { text: m.standing_state_ended, tone: 'neutral' },
  unknown: { text: m.standing_state_unknown, tone: 'neutral' },
}

export function stateLabel(of: Pick<Matter, 'state' | 'consequence'>): {
  text: string
  tone: Tone
} {
  const { text, tone } = states[of.state]
  const presumed = of.consequence === 'access_presumed_lost' && of.state === 'access_lost'
  return { text: presumed ? m.standing_state_presumed() : text(), tone }
}

/** When an open invoice is to be paid, or will be tried: "" when neither is known. */
export function owedWhenText(owed: OwedInvoice, zone: string): string {
  if (owed.next_attempt_at !== 0) {
    return m.standing_owed_retry({ moment: formatInstant(owed.next_attempt_at) })
  }
  return owed.due_at === 0 ? '' : m.standing_owed_due({ date: formatDate(owed.due_at, zone) })
}
