/** What a change of a subscription would do, with its dates. */
import { formatDate } from './dates'
import { m } from './messages/messages.js'
import type { SubscriptionView } from '../api/types'
import type { HandOffFlow, PortalFeatures } from '../api/types-portal'

export interface EffectFacts {
  subscription: SubscriptionView
  portal: PortalFeatures | null
  /** Whether anything is owed. */
  owed: boolean
  zone: string
}

/** In a sentence or two; "" for a task that changes no subscription. */
export function effectText(flow: HandOffFlow, facts: EffectFacts): string {
  const { subscription, owed, zone } = facts
  const plan = subscription.plan || m.plan_unnamed()
  const date = formatDate(subscription.ends_at || subscription.period_end, zone)
  switch (flow) {
    case 'cancel':
      return [cancelText(facts, plan, date), owed ? m.effect_cancel_owed() : ''].join(' ').trim()
    case 'undo':
      return m.effect_undo({ plan, date })
    case 'change-plan':
      return m.effect_change({ date })
    default:
      return ''
  }
}

function cancelText({ portal }: EffectFacts, plan: string, date: string): string {
  if (!portal?.known) return m.effect_cancel_unknown({ plan })
  return portal.cancel_at_once ? m.effect_cancel_at_once({ plan }) : m.effect_cancel({ plan, date })
}
