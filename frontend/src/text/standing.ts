/** What a standing is called, means and asks for, in words. A code without words does not compile. */
import { formatInstant } from './dates'
import { formattingLocale } from './locale'
import { m } from './messages/messages.js'
import type {
  Cause,
  Consequence,
  EventKind,
  Matter,
  NoRetry,
  RemedyKind,
  UnknownFact,
} from '../api/types-standing'

export const causes: Readonly<Record<Cause, () => string>> = {
  in_order: m.standing_cause_in_order,
  no_subscription: m.standing_cause_no_subscription,
  trial: m.standing_cause_trial,
  cancellation_planned: m.standing_cause_cancellation_planned,
  collection_paused: m.standing_cause_collection_paused,
  payment_processing: m.standing_cause_payment_processing,
  card_expires: m.standing_cause_card_expires,
  no_method: m.standing_cause_no_method,
  invoice_to_pay: m.standing_cause_invoice_to_pay,
  invoice_overdue: m.standing_cause_invoice_overdue,
  invoice_stuck: m.standing_cause_invoice_stuck,
  change_unpaid: m.standing_cause_change_unpaid,
  payment_failed: m.standing_cause_payment_failed,
  card_expired: m.standing_cause_card_expired,
  confirmation_needed: m.standing_cause_confirmation_needed,
  shadowed_default: m.standing_cause_shadowed_default,
  first_payment_unfinished: m.standing_cause_first_payment_unfinished,
  trial_ends_without_method: m.standing_cause_trial_ends_without_method,
  trial_ended_without_method: m.standing_cause_trial_ended_without_method,
  tries_used_up: m.standing_cause_tries_used_up,
  open_after_end: m.standing_cause_open_after_end,
  ended_by_choice: m.standing_cause_ended_by_choice,
  ended_unpaid: m.standing_cause_ended_unpaid,
  ended_disputed: m.standing_cause_ended_disputed,
  ended_without_reason: m.standing_cause_ended_without_reason,
  signup_lapsed: m.standing_cause_signup_lapsed,
  account_removed: m.standing_cause_account_removed,
  never_synced: m.standing_cause_never_synced,
  out_of_date: m.standing_cause_out_of_date,
  status_not_understood: m.standing_cause_status_not_understood,
  failed_without_invoice: m.standing_cause_failed_without_invoice,
}

export const consequences: Readonly<Record<Consequence, (of: { date: string }) => string>> = {
  none: () => m.standing_means_none(),
  access_until: m.standing_means_access_until,
  access_kept: () => m.standing_means_access_kept(),
  access_lost: () => m.standing_means_access_lost(),
  access_presumed_lost: () => m.standing_means_access_presumed_lost(),
  paying_may_not_restore: () => m.standing_means_paying_may_not_restore(),
  signup_lapses: () => m.standing_means_signup_lapses(),
  trial_stops: () => m.standing_means_trial_stops(),
  charge_may_fail: () => m.standing_means_charge_may_fail(),
  charge_will_fail: () => m.standing_means_charge_will_fail(),
  stays_owed: () => m.standing_means_stays_owed(),
  change_not_made: () => m.standing_means_change_not_made(),
  wait_for_bank: () => m.standing_means_wait_for_bank(),
  not_billed: () => m.standing_means_not_billed(),
  billed_later: () => m.standing_means_billed_later(),
  not_collected: () => m.standing_means_not_collected(),
  over: () => m.standing_means_over(),
  last_known: () => m.standing_means_last_known(),
  not_known: () => m.standing_means_not_known(),
}

export const events: Readonly<Record<EventKind, (of: { date: string }) => string>> = {
  charge: m.standing_next_charge,
  retry: m.standing_next_retry,
  bill: m.standing_next_bill,
  trial_ends: m.standing_next_trial_ends,
  ends: m.standing_next_ends,
  collection_resumes: m.standing_next_collection_resumes,
  invoice_due: m.standing_next_invoice_due,
  change_expires: m.standing_next_change_expires,
  signup_lapses: m.standing_next_signup_lapses,
}

export const noRetries: Readonly<Record<Exclude<NoRetry, ''>, () => string>> = {
  waits_for_confirmation: m.standing_noretry_waits_for_confirmation,
  no_method: m.standing_noretry_no_method,
  india_issued_card: m.standing_noretry_india_issued_card,
  declined_for_good: m.standing_noretry_declined_for_good,
  invoice_is_sent: m.standing_noretry_invoice_is_sent,
  none_planned: m.standing_noretry_none_planned,
}

export const remedies: Readonly<Record<RemedyKind, () => string>> = {
  confirm_payment: m.standing_do_confirm_payment,
  fix_default: m.standing_do_fix_default,
  update_card: m.standing_do_update_card,
  pay_invoice: m.standing_do_pay_invoice,
  resume: m.standing_do_resume,
  wait: m.standing_do_wait,
  contact_bank: m.standing_do_contact_bank,
  contact_vendor: m.standing_do_contact_vendor,
  subscribe_again: m.standing_do_subscribe_again,
  complete_billing_information: m.standing_do_complete_billing_information,
  sync: m.standing_do_sync,
}

export const unknowns: Readonly<Record<UnknownFact, () => string>> = {
  everything: m.standing_unknown_everything,
  clock: m.standing_unknown_clock,
  since_sync: m.standing_unknown_since_sync,
  outcome: m.standing_unknown_outcome,
  access: m.standing_unknown_access,
  grace_policy: m.standing_unknown_grace_policy,
  grace_start: m.standing_unknown_grace_start,
  decline_reason: m.standing_unknown_decline_reason,
  attempt: m.standing_unknown_attempt,
  trial_end: m.standing_unknown_trial_end,
  end_reason: m.standing_unknown_end_reason,
  status: m.standing_unknown_status,
  owed_total: m.standing_unknown_owed_total,
}

/** The next thing that happens on its own, with its time; "" when nothing does. */
export function nextText({ next_event: next }: Pick<Matter, 'next_event'>): string {
  if (!next) return ''
  return events[next.kind]({ date: next.imminent ? m.standing_now() : formatInstant(next.at) })
}

/** Why no attempt follows on its own; "" when one does or none is called for. */
export const noRetryText = (reason: NoRetry): string => (reason === '' ? '' : noRetries[reason]())

/** What it means, access with its date. */
export const meaningText = (of: Pick<Matter, 'consequence' | 'access_until'>): string =>
  consequences[of.consequence]({ date: formatInstant(of.access_until) })

/** What matters and is not known, a few words each. */
export const unknownList = (facts: readonly UnknownFact[]): string[] =>
  facts.map((fact) => unknowns[fact]())

/** The same in a sentence; "" when all is known. */
export function unknownText(facts: readonly UnknownFact[]): string {
  if (facts.length === 0) return ''
  const list = new Intl.ListFormat(formattingLocale()).format(unknownList(facts))
  return m.standing_not_known({ facts: list })
}
