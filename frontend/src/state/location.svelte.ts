import { hrefOf, parseRoute, routeTo, type Route } from './route'
import type { Backend } from '../api/backend'

/** Which view is shown: kept in the address fragment, so that back and forward work. */
export class Location {
  route: Route = $state({ view: 'overview', section: null })
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
    this.#read()
  }

  /** Follows the address and the links that reach the app from outside. */
  start(): () => void {
    const read = () => this.#read()
    window.addEventListener('hashchange', read)
    const unlisten = this.#backend.on('open', () => void this.followDestination())
    void this.followDestination()
    return () => {
      window.removeEventListener('hashchange', read)
      unlisten()
    }
  }

  go(route: Route): void {
    window.location.hash = hrefOf(route)
  }

  /** Writes the present view anew, as when a list is filtered: no step to go back to. */
  rewrite(route: Route): void {
    const href = hrefOf(route)
    if (href === window.location.hash) return
    window.history.replaceState(window.history.state, '', href)
    this.#read()
  }

  async followDestination(): Promise<void> {
    try {
      const route = routeTo(await this.#backend.destination())
      if (route) this.go(route)
    } catch {
      // A link that cannot be read leads nowhere; the window stays as it is.
    }
  }

  #read(): void {
    this.route = parseRoute(window.location.hash)
  }
}
