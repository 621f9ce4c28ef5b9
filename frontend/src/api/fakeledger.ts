/** The stand-in's money timeline: what was billed and what was paid of it. */
import { money } from './fakedata'
import type { FakeAccount } from './fakeaccounts'
import type { LedgerAlarm, LedgerFilter, LedgerPage, LedgerRow } from './types-ledger'
import type { Invoice } from './types'

/** `away` are the keys of the alarms that were put away. */
export function ledgerOf(
  account: FakeAccount,
  { after, limit }: LedgerFilter,
  away: ReadonlySet<string>,
): LedgerPage {
  const rows = account.invoices.flatMap(rowsOf)
  const from = after === '' ? 0 : Number(after)
  const to = from + (limit || 100)
  const all = alarmsOf(account)
  const alarms = all.filter(({ key }) => !away.has(key))
  return {
    rows: rows.slice(from, to),
    next: to < rows.length ? String(to) : '',
    total: rows.length,
    closings: [],
    alarms,
    alarm_count: alarms.length,
    alarms_away: all.length - alarms.length,
    zone: 'UTC',
  }
}

function alarmsOf({ invoices: [first, second] }: FakeAccount): LedgerAlarm[] {
  if (!first || !second) return []
  return [
    {
      kind: 'charged_twice',
      key: `charged_twice 2 ${first.id}`,
      count: 2,
      payment_ids: [],
      subscription_ids: [],
      amount: first.total,
      plan: 'Pro',
      since: first.created_at - 240,
      at: first.created_at,
      invoices: [first, second].map(({ id, number }) => ({ id, number })),
    },
  ]
}

function rowsOf(invoice: Invoice): LedgerRow[] {
  const billed: LedgerRow = {
    at: invoice.created_at,
    kind: 'invoice',
    amount: invoice.total,
    postings: [],
    id: invoice.id,
    invoice_id: invoice.id,
    payment_id: '',
    credit_note_id: '',
    why: '',
    owed_after: invoice.total,
    credit_after: money(0),
    number: invoice.number,
  }
  if (invoice.status !== 'paid') return [billed]
  return [{ ...billed, kind: 'payment', id: `ch_${invoice.id}`, owed_after: money(0) }, billed]
}
