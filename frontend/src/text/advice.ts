/** What a declined payment means, and what can be said to the bank, in words. */
import { formatInstant } from './dates'
import { declineText } from './decline'
import { m } from './messages/messages.js'
import { methodText } from './method'
import { formatMoney } from './money'
import type { Advice, BankFacts, DeclineGroup, RetryHope } from '../api/types-standing'

interface Words {
  title: () => string
  detail: () => string
}

export const groups: Readonly<Record<DeclineGroup, Words>> = {
  funds_and_limits: { title: m.advice_funds_and_limits, detail: m.advice_funds_and_limits_detail },
  expired_or_wrong_data: {
    title: m.advice_expired_or_wrong_data,
    detail: m.advice_expired_or_wrong_data_detail,
  },
  bank_refused: { title: m.advice_bank_refused, detail: m.advice_bank_refused_detail },
  needs_confirmation: {
    title: m.advice_needs_confirmation,
    detail: m.advice_needs_confirmation_detail,
  },
  card_not_suited: { title: m.advice_card_not_suited, detail: m.advice_card_not_suited_detail },
  stopped_by_subscriber: {
    title: m.advice_stopped_by_subscriber,
    detail: m.advice_stopped_by_subscriber_detail,
  },
  technical: { title: m.advice_technical, detail: m.advice_technical_detail },
  method_specific: { title: m.advice_method_specific, detail: m.advice_method_specific_detail },
}

export const hopes: Readonly<Record<RetryHope, () => string>> = {
  may_help: m.advice_may_help,
  after_change: m.advice_after_change,
  useless: m.advice_useless,
}

/** The bank's reason in a sentence, or that there is none. */
export function reasonText(advice: Advice): string {
  if (!advice.reason_known) return m.advice_no_reason()
  const reason = declineText({ decline_code: advice.reason, failure_code: '' })
  return m.advice_reason({ reason })
}

/** What to read to the bank, so that it finds the payment. */
export function bankText(bank: BankFacts): string {
  const facts = {
    amount: formatMoney(bank.amount),
    vendor: bank.descriptor.slice(0, 80) || m.standing_bank_vendor(),
    moment: formatInstant(bank.at),
    method: methodText({ ...bank, type: bank.method_type }).slice(0, 80),
  }
  const card = bank.method_type === 'card' || bank.method_type === ''
  return card ? m.standing_bank_card(facts) : m.standing_bank_other(facts)
}
