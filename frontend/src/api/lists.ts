/** Every field of types.ts that is a list. Go writes an empty one as null at times. */
const listFields = new Set([
  'altered',
  'credit_notes',
  'currencies',
  'discounts',
  'documents',
  'examples',
  'failures',
  'files',
  'given_up',
  'invoice_ids',
  'invoice_years',
  'invoices',
  'items',
  'latest_invoices',
  'lines',
  'missing',
  'months',
  'notices',
  'others',
  'owed',
  'owed_on',
  'payment_methods',
  'payments',
  'refunds',
  'remedies',
  'rows',
  'subscriptions',
  'tax_ids',
  'taxes',
  'timeline',
  'totals',
  'unknown',
])

/** Gives an answer with [] wherever a list came as null; the argument is changed. */
export function withLists(answer: unknown): unknown {
  if (Array.isArray(answer)) {
    answer.forEach(withLists)
  } else if (typeof answer === 'object' && answer !== null) {
    const fields = answer as Record<string, unknown>
    for (const name of Object.keys(fields)) {
      if (fields[name] === null && listFields.has(name)) fields[name] = []
      else withLists(fields[name])
    }
  }
  return answer
}
