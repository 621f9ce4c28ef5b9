/** Where in the window one can be, and how that is written in the address. */
import type { Destination } from '../api/types'

/** The sections of the overview, as links name them. */
export type Section = 'subscription' | 'payment-methods' | 'billing-information'

export type Route =
  | { view: 'overview'; section: Section | null }
  | { view: 'invoices' }
  | { view: 'invoice'; id: string }

const sections: readonly string[] = ['subscription', 'payment-methods', 'billing-information']

const isSection = (name: string): name is Section => sections.includes(name)

/** Reads a fragment such as "#/invoices/in_1"; anything unknown is the overview. */
export function parseRoute(hash: string): Route {
  const [view = '', id = ''] = hash.replace(/^#\/?/, '').split('/')
  if (view === 'invoices') return id === '' ? { view } : { view: 'invoice', id: decoded(id) }
  return { view: 'overview', section: isSection(view) ? view : null }
}

/** Writes a route as the fragment that parseRoute reads back. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return route.section ? `#/${route.section}` : '#/'
    case 'invoices':
      return '#/invoices'
    case 'invoice':
      return `#/invoices/${encodeURIComponent(route.id)}`
  }
}

/** Gives where a link from outside leads, or null when it names nothing. */
export function routeTo(destination: Destination): Route | null {
  if (destination.view === '') return null
  if (destination.view === 'invoices') {
    return destination.id === '' ? { view: 'invoices' } : { view: 'invoice', id: destination.id }
  }
  return { view: 'overview', section: isSection(destination.view) ? destination.view : null }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
