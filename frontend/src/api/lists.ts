/** Every field of the types that is a list. Go writes an empty one as null at times. */
const listFields = new Set([
  'accounts',
  'altered',
  'changes',
  'credit_notes',
  'currencies',
  'customer_update',
  'differences',
  'discounts',
  'documents',
  'examples',
  'failures',
  'fields',
  'files',
  'given_up',
  'invoice_ids',
  'invoice_years',
  'invoices',
  'items',
  'lacking',
  'latest_invoices',
  'lines',
  'methods',
  'missing',
  'months',
  'notes',
  'notices',
  'open_invoices',
  'others',
  'owed',
  'owed_on',
  'payment_methods',
  'payments',
  'preflight',
  'reasons',
  'refunds',
  'remedies',
  'rows',
  'shadows',
  'subscriptions',
  'tax_ids',
  'taxes',
  'timeline',
  'totals',
  'unknown',
  'used_by',
  'warnings',
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
