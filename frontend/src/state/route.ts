/** Where in the window one can be, and how that is written in the address. */
import type { Destination } from '../api/types'
import type { DocumentKind, DocumentRef } from '../api/types-documents'

/** What of the billing information is opened at once, "" for nothing. */
export type BillingTask = '' | 'edit' | 'tax-id'

/** The parts of the story of how the account stands that one can be led to. */
export type StandingPart = 'bank' | 'support'

/** The lists of the Invoice History; the query holds what of them is shown. */
export type HistoryView = 'invoices' | 'payments' | 'spending' | 'timeline'

export type Route =
  | { view: 'overview' }
  | { view: 'plan'; id: string }
  | { view: 'payment-methods' }
  | { view: HistoryView; query: string }
  | { view: 'invoice'; id: string }
  | { view: 'document'; of: DocumentRef }
  | { view: 'billing-information'; task: BillingTask }
  | { view: 'standing'; part: StandingPart | null }
  | { view: 'settings' }

const billingTasks: readonly string[] = ['edit', 'tax-id']
const histories: readonly string[] = ['invoices', 'payments', 'spending', 'timeline']
const documentKinds: readonly string[] = ['invoice', 'credit_note', 'receipt']

const isBillingTask = (name: string): name is BillingTask => billingTasks.includes(name)
const isHistory = (name: string): name is HistoryView => histories.includes(name)
const isPart = (name: string): name is StandingPart => name === 'bank' || name === 'support'
const isDocumentKind = (name: string): name is DocumentKind => documentKinds.includes(name)

export const isHistoryRoute = (route: Route): route is Extract<Route, { view: HistoryView }> =>
  isHistory(route.view)

/** Reads a fragment such as "#/invoices/in_1"; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [, path = '', query = ''] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? []
  const [view = '', ...parts] = path.split('/')
  const [first = '', second = ''] = parts.map(decoded)
  if (view === 'invoices' && first !== '') return { view: 'invoice', id: first }
  if (isHistory(view)) return { view, query }
  if (view === 'documents' && isDocumentKind(first) && second !== '') {
    return { view: 'document', of: { kind: first, id: second } }
  }
  if (view === 'standing') return { view, part: isPart(first) ? first : null }
  if (view === 'subscription') return { view: 'plan', id: first }
  if (view === 'payment-methods') return { view }
  if (view === 'billing-information') return { view, task: isBillingTask(first) ? first : '' }
  if (view === 'settings') return { view }
  return { view: 'overview' }
}

/** Writes a route as the fragment that parseRoute reads back. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/'
    case 'invoices':
    case 'payments':
    case 'spending':
    case 'timeline':
      return route.query === '' ? `#/${route.view}` : `#/${route.view}?${route.query}`
    case 'invoice':
      return `#/invoices/${encodeURIComponent(route.id)}`
    case 'document':
      return `#/documents/${route.of.kind}/${encodeURIComponent(route.of.id)}`
    case 'standing':
      return route.part ? `#/standing/${route.part}` : '#/standing'
    case 'plan':
      return route.id === '' ? '#/subscription' : `#/subscription/${encodeURIComponent(route.id)}`
    case 'payment-methods':
      return '#/payment-methods'
    case 'billing-information':
      return route.task === '' ? '#/billing-information' : `#/billing-information/${route.task}`
    case 'settings':
      return '#/settings'
  }
}

/** Gives where a link from outside leads, or null when it names nothing. */
export function routeTo(destination: Destination): Route | null {
  if (destination.view === '') return null
  if (destination.view === 'invoices') {
    return destination.id === ''
      ? { view: 'invoices', query: '' }
      : { view: 'invoice', id: destination.id }
  }
  if (isHistory(destination.view)) return { view: destination.view, query: '' }
  if (destination.view === 'standing') return { view: 'standing', part: null }
  if (destination.view === 'subscription') return { view: 'plan', id: destination.id }
  if (destination.view === 'payment-methods') return { view: destination.view }
  if (destination.view === 'billing-information') return { view: destination.view, task: '' }
  if (destination.view === 'settings') return { view: destination.view }
  return { view: 'overview' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
