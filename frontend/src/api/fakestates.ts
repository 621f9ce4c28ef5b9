/** One invoice of every kind and status, newest first. */
import { day, fakeNow, invoice, money } from './fakedata'
import type { Invoice } from './types'

let index = 0

function made(change: Partial<Invoice>, net = 2000, text?: string): Invoice {
  index++
  const { status } = change
  const base = invoice({
    index: 40 - index,
    at: fakeNow - index * 9 * day,
    net: money(net),
    ...(text === undefined ? {} : { text }),
    ...(status === undefined ? {} : { status }),
  })
  return { ...base, ...change }
}

export function everyState(): Invoice[] {
  index = 0
  const draft = made({ status: 'draft' })
  const open = made({ status: 'open', attempts: 2 })
  const sent = made({
    status: 'open',
    collection_method: 'send_invoice',
    due_at: fakeNow + 12 * day,
    next_attempt_at: 0,
    attempted: false,
  })
  const overage = made({}, 1648, '412 × Credits overage (at 0.04 / credit)')
  return [draft, open, sent, overage, prorated(), ...settled()]
}

/** A change of plan in the middle of a period: one line gives back, one bills the rest. */
function prorated(): Invoice {
  const change = made({ billing_reason: 'subscription_update' }, 900)
  const [line] = change.lines
  if (!line) return change
  const back = money(-1100)
  change.summary = 'Unused time on Pro after Nov 12, 2026'
  change.lines = [
    {
      ...line,
      description: 'Unused time on Pro after Nov 12, 2026',
      amount: back,
      proration: true,
    },
    {
      ...line,
      id: `${line.id}_b`,
      description: 'Remaining time on Pro+ after Nov 12, 2026',
      amount: money(2000),
      proration: true,
      discount: money(200),
    },
  ]
  change.discount = money(200)
  change.subtotal = money(1100)
  return change
}

function settled(): Invoice[] {
  const none = money(0)
  const pack = made(
    { billing_reason: 'manual', subscription_id: '' },
    2000,
    '1 × Add-on pack, 500 credits',
  )
  const refunded = made({ credited_after: money(1200) })
  const reversed = made({
    tax: none,
    taxes: [
      {
        amount: none,
        inclusive: false,
        name: 'VAT',
        percentage: '0',
        jurisdiction: 'DE',
        reason: 'reverse_charge',
      },
    ],
    total: money(2000),
    amount_due: money(1500),
    amount_paid: money(1500),
    starting_balance: money(-500),
    amount_remaining: none,
  })
  const marked = made({ paid_out_of_band: true })
  const empty = made({ status: 'void' })
  const lost = made({ status: 'uncollectible', attempts: 4 })
  const revision = made({})
  const revised = made({ status: 'void' })
  revision.revision_of_id = revised.id
  revised.latest_revision_id = revision.id
  const oldest = made({}, 3900, '1 × Pro+ (at 39.00 / month)')
  return [pack, refunded, reversed, marked, empty, lost, revision, revised, oldest]
}
