/** A state as Billfold writes it. */

type Changes = Record<string, unknown>

const words = {
  en: { state: 'Good', title: 'Everything is in order', text: 'Nothing changes for you.' },
  de: { state: 'In Ordnung', title: 'Alles ist in Ordnung', text: 'Für Sie ändert sich nichts.' },
}

const bad = {
  en: {
    state: 'Access lost',
    title: 'A payment did not go through',
    text: 'Paid features are off.',
  },
  de: {
    state: 'Zugang verloren',
    title: 'Eine Zahlung fehlt',
    text: 'Bezahltes steht nicht bereit.',
  },
}

export const now = (): number => Math.floor(Date.now() / 1000)

/** All is well. */
export function good(changes: Changes = {}): Changes {
  return {
    schema: 'billfold.state/1',
    account: { id: 'a1', label: 'Kiro' },
    connection: 'gateway',
    plan: 'Pro',
    subscription_status: 'active',
    standing: {
      state: 'good',
      cause: 'in_order',
      consequence: 'none',
      level: 'none',
      next_event: null,
    },
    next_charge: { at: now() + 86_400, amount: 2178, currency: 'usd' },
    as_of: now(),
    judged_at: now(),
    words,
    ...changes,
  }
}

/** A payment failed. */
export function failed(changes: Changes = {}): Changes {
  const standing = {
    state: 'access_lost',
    cause: 'payment_failed',
    consequence: 'access_lost',
    level: 'error',
    next_event: { kind: 'retry', at: now() + 86_400, imminent: false },
  }
  return good({ subscription_status: 'past_due', standing, words: bad, ...changes })
}
