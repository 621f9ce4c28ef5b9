import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hrefOf, parseRoute, routeTo, type Route } from './route'

test.each<[string, Route]>([
  ['', { view: 'overview' }],
  ['#/', { view: 'overview' }],
  ['#/payment-methods', { view: 'payment-methods' }],
  ['#/subscription', { view: 'plan', id: '' }],
  ['#/subscription/sub_1', { view: 'plan', id: 'sub_1' }],
  ['#/nonsense/x', { view: 'overview' }],
  ['#/invoices', { view: 'invoices', query: '' }],
  ['#/invoices?status=open', { view: 'invoices', query: 'status=open' }],
  ['#/payments', { view: 'payments', query: '' }],
  ['#/spending?x', { view: 'spending', query: 'x' }],
  ['#/billing-information', { view: 'billing-information', task: '' }],
  ['#/billing-information/edit', { view: 'billing-information', task: 'edit' }],
  ['#/billing-information/nonsense', { view: 'billing-information', task: '' }],
  ['#/settings', { view: 'settings' }],
  ['#/documents/receipt/ch_1', { view: 'document', of: { kind: 'receipt', id: 'ch_1' } }],
  ['#/documents/selfie/ch_1', { view: 'overview' }],
  ['#/invoices/in_1', { view: 'invoice', id: 'in_1' }],
  ['#/invoices/%E0%A4%A', { view: 'invoice', id: '%E0%A4%A' }],
])('%s leads to %o', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
})

test.each(['invoice', 'plan'] as const)('every id of one %s survives the address', (view) => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
      const route: Route = { view, id }
      expect(parseRoute(hrefOf(route))).toEqual(route)
    }),
  )
})

/** What a link may name, as Go's deeplink reads it. */
const links = JSON.parse(readFileSync('../backend/deeplink/testdata/views.json', 'utf8')) as {
  link: string
  view: string
  id: string
  address: string
}[]

test.each(links)('a link to $link leads to $address', ({ link, view, id, address }) => {
  const route = routeTo({ view, id })
  expect(route && hrefOf(route)).toBe(address)
  // Browser mode has it in the address.
  expect(parseRoute(`#/${link}`)).toEqual(route)
})

test('every view can be linked to, but for documents, which a look would save', () => {
  const linked: Record<Route['view'], boolean> = {
    overview: true,
    standing: true,
    plan: true,
    'payment-methods': true,
    'billing-information': true,
    invoices: true,
    invoice: true,
    payments: true,
    spending: true,
    timeline: true,
    settings: true,
    document: false,
  }
  const reached = new Set(links.map(({ view, id }) => routeTo({ view, id })?.view))
  for (const [view, expected] of Object.entries(linked)) {
    expect([view, reached.has(view as Route['view'])]).toEqual([view, expected])
  }
})

test('a link from outside that names nothing leads nowhere', () => {
  expect(routeTo({ view: '', id: '' })).toBeNull()
})
