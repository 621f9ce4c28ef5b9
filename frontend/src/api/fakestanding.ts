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
    subscription_id: first?.id ?? '',
    plan: first?.plan ?? '',
    invoice_ids: [],
    attempts: 0,
    method: overview.method_in_use,
    new_method: false,
    decline: null,
    no_retry: '',
    next_event: charge && { kind: 'charge', imminent: false, ...charge },
    remedies: [],
    unknown: [],
    ...(overview.synced_at === 0 && neverSynced),
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
