/** Why a payment did not go through, in words. */
import { m } from './messages/messages.js'
import { humanised } from './status'

/**
 * The reasons worth words of their own. Codes that could tell a thief that a card
 * is watched (lost_card and the like) reach nobody: they are generic_decline here.
 * Source: docs.stripe.com, "Decline codes".
 */
const reasons: Readonly<Record<string, () => string>> = {
  authentication_required: m.decline_authentication,
  call_issuer: m.decline_call_issuer,
  card_declined: m.decline_generic,
  card_not_supported: m.decline_not_supported,
  card_velocity_exceeded: m.decline_limit,
  currency_not_supported: m.decline_currency,
  do_not_honor: m.decline_generic,
  expired_card: m.decline_expired,
  generic_decline: m.decline_generic,
  incorrect_cvc: m.decline_cvc,
  incorrect_number: m.decline_number,
  insufficient_funds: m.decline_funds,
  invalid_account: m.decline_account,
  invalid_cvc: m.decline_cvc,
  invalid_expiry_month: m.decline_expired,
  invalid_expiry_year: m.decline_expired,
  invoice_payment_intent_requires_action: m.decline_authentication,
  issuer_not_available: m.decline_unreachable,
  processing_error: m.decline_processing,
  try_again_later: m.decline_unreachable,
  withdrawal_count_limit_exceeded: m.decline_limit,
}

/** The bank's reason in a sentence; "" when there is none. A code unknown here keeps its own words. */
export function declineText(of: { failure_code: string; decline_code: string }): string {
  const code = of.decline_code || of.failure_code
  if (code === '') return ''
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (known) return known()
  const reason = humanised(code).toLowerCase()
  return reason.charAt(0).toUpperCase() + reason.slice(1)
}
