/** The two steps out of a failed payment: which are done, and which comes next. */
import { actText } from './matter'
import { m } from './messages/messages.js'
import type { Matter, Remedy, RemedyKind, Standing } from '../api/types-standing'

export interface Step {
  text: string
  state: 'done' | 'now' | 'later'
  /** What does it; null once it is done. */
  remedy: Remedy | null
}

const methodKinds: readonly RemedyKind[] = ['update_card', 'fix_default']
const payKinds: readonly RemedyKind[] = ['pay_invoice', 'confirm_payment']

/**
 * A payment method that can pay, then the payment; the other way round where the
 * same method may well pay. Empty where the way out is another one: where nothing
 * is owed, or a payment only waits for its confirmation.
 */
export function stepsOf(matter: Matter, standing: Standing): Step[] {
  const pay = matter.remedies.find(({ kind }) => payKinds.includes(kind))
  const method = matter.remedies.find(({ kind }) => methodKinds.includes(kind))
  const confirms = matter.cause === 'confirmation_needed'
  if (!pay || confirms || (!method && !matter.new_method)) return []
  const payFirst = matter.remedies[0]?.kind === pay.kind && !matter.new_method
  const card: Step = {
    text:
      method?.kind === 'fix_default' && !matter.new_method
        ? actText(method, standing)
        : methodText(matter.new_method, payFirst),
    state: matter.new_method ? 'done' : payFirst ? 'later' : 'now',
    remedy: matter.new_method ? null : (method ?? null),
  }
  const payment: Step = {
    text: actText(pay, standing),
    state: matter.new_method || payFirst ? 'now' : 'later',
    remedy: pay,
  }
  return payFirst ? [payment, card] : [card, payment]
}

const methodText = (done: boolean, payFirst: boolean): string =>
  payFirst && !done ? m.standing_step_card_optional() : m.standing_step_card()
