/** What happened to an invoice, in words. */
import { m } from './messages/messages.js'
import { humanised, type Tone } from './status'
import type { Moment } from '../api/types-history'

interface Words {
  text: () => string
  tone: Tone
}

const words: Readonly<Record<string, Words>> = {
  created: { text: m.moment_created, tone: 'neutral' },
  finalized: { text: m.moment_finalized, tone: 'neutral' },
  payment_failed: { text: m.moment_attempt_failed, tone: 'bad' },
  payment_pending: { text: m.moment_attempt_pending, tone: 'info' },
  paid: { text: m.moment_paid, tone: 'good' },
  marked_paid: { text: m.moment_marked_paid, tone: 'good' },
  credit_note: { text: m.moment_credit_note, tone: 'info' },
  credit_note_voided: { text: m.moment_credit_note_voided, tone: 'neutral' },
  refunded: { text: m.moment_refunded, tone: 'info' },
  refund_pending: { text: m.moment_refund_pending, tone: 'info' },
  refund_failed: { text: m.moment_refund_failed, tone: 'warn' },
  uncollectible: { text: m.moment_uncollectible, tone: 'warn' },
  voided: { text: m.moment_voided, tone: 'neutral' },
  due: { text: m.moment_due, tone: 'info' },
}

/** What happened, and how loudly to say it. */
export function momentLabel({ kind }: Moment): { text: string; tone: Tone } {
  const known = Object.hasOwn(words, kind) ? words[kind] : undefined
  return known
    ? { text: known.text(), tone: known.tone }
    : { text: humanised(kind), tone: 'neutral' }
}

/** Whether it is said with a clock's time: attempts and money are, dates of documents are not. */
export function isInstant({ kind }: Moment): boolean {
  return kind === 'payment_failed' || kind === 'payment_pending' || kind === 'paid'
}
