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

test('a link from outside leads where it says, or nowhere', () => {
  expect(routeTo({ view: '', id: '' })).toBeNull()
  expect(routeTo({ view: 'invoices', id: 'in_1' })).toEqual({ view: 'invoice', id: 'in_1' })
  expect(routeTo({ view: 'subscription', id: '' })).toEqual({ view: 'plan', id: '' })
  expect(routeTo({ view: 'payment-methods', id: '' })).toEqual({ view: 'payment-methods' })
  expect(routeTo({ view: 'billing-information', id: '' })).toEqual({
    view: 'billing-information',
    task: '',
  })
})
