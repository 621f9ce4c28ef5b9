/** How a stand-in's account stands: as plainly as its dashboard tells. */
import type { Overview } from './types'
import type { Matter, Standing } from './types-standing'

export function standingOf(overview: Overview, changes: Partial<Standing> = {}): Standing {
  return {
    ...matterOf(overview),
    others: [],
    owed: overview.owed,
    owed_on: overview.latest_invoices
      .filter((one) => one.status === 'open')
      .map((one) => ({
        id: one.id,
        number: one.number,
        subscription_id: one.subscription_id,
        amount: one.amount_remaining,
        due_at: one.due_at,
        next_attempt_at: one.next_attempt_at,
        tiny: false,
      })),
    given_up: [],
    policy: { while_past_due: '', grace_days: 0, lost: '', support: '' },
    synced_at: overview.synced_at,
    ...changes,
  }
}

function matterOf(overview: Overview): Matter {
  const first = overview.subscriptions[0]
  const charge = overview.next_charge
  return {
    state: 'good',
    cause: first ? 'in_order' : 'no_subscription',
    consequence: 'none',
    access_until: 0,
    ended_at: 0,
    subscription_id: first?.id ?? '',
    plan: first?.plan ?? '',
    invoice_ids: [],
    attempts: 0,
    method: overview.method_in_use,
    new_method: false,
    hidden: null,
    decline: null,
    no_retry: '',
    next_event: charge && { kind: 'charge', imminent: false, ...charge },
    remedies: [],
    unknown: [],
    ...(first?.status === 'past_due' && pastDue(overview)),
    ...(overview.synced_at === 0 && neverSynced),
  }
}

/** A card without money, with another attempt to come. */
function pastDue(overview: Overview): Partial<Matter> {
  const open = overview.latest_invoices.find(({ status }) => status === 'open')
  const charge = overview.next_charge
  if (!open || !charge) return {}
  const about = { subscription_id: open.subscription_id, invoice_id: open.id, method_id: '' }
  const card = charge.method?.method
  return {
    state: 'access_lost',
    cause: 'payment_failed',
    consequence: 'access_presumed_lost',
    invoice_ids: [open.id],
    attempts: open.attempts,
    decline: {
      group: 'funds_and_limits',
      reason: 'insufficient_funds',
      reason_known: true,
      retry: 'may_help',
      call_bank: false,
      payment_id: 'ch_1',
      bank: {
        amount: open.amount_remaining,
        at: open.created_at,
        descriptor: 'QUILLFORGE',
        method_type: 'card',
        brand: card?.brand ?? '',
        last4: card?.last4 ?? '',
      },
    },
    next_event: { kind: 'retry', imminent: false, ...charge },
    remedies: [
      { kind: 'pay_invoice', ...about },
      { kind: 'update_card', ...about, invoice_id: '' },
      { kind: 'wait', ...about },
    ],
    unknown: ['grace_policy', 'access'],
  }
}

const neverSynced = {
  state: 'unknown',
  cause: 'never_synced',
  consequence: 'not_known',
  next_event: null,
  remedies: [{ kind: 'sync', subscription_id: '', invoice_id: '', method_id: '' }],
  unknown: ['everything'],
} satisfies Partial<Matter>
