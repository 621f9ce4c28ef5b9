/** What is said where another method than the customer's default will be charged. */
import { methodText } from './method'
import { m } from './messages/messages.js'
import type { Shadow } from '../api/types-portal'

export interface ShadowWords {
  title: string
  text: string
  /** What the button says that mends it. */
  remedy: string
}

/** `plan` is the subscription's, "" when it has no name. */
export function shadowWords(shadow: Shadow, plan: string): ShadowWords {
  const hidden = shadow.hidden ? methodText(shadow.hidden) : m.method_card()
  const charged = shadow.charged ? methodText(shadow.charged) : ''
  if (!shadow.fixable) {
    return {
      title:
        charged === ''
          ? m.shadow_elsewhere_title({ hidden })
          : m.shadow_invoice_title({ charged, hidden }),
      text: m.shadow_invoice_text(),
      remedy: m.pay_now(),
    }
  }
  return {
    title:
      charged === ''
        ? m.shadow_elsewhere_title({ hidden })
        : m.shadow_title({ charged, hidden, plan: plan || m.plan_unnamed() }),
    text: m.shadow_text(),
    remedy: m.shadow_fix({ hidden }),
  }
}
