import { hrefOf, parseRoute, routeTo, type Route } from './route'
import type { Backend } from '../api/backend'

/** Tells whether going to a route would lose something that was entered. */
export type Hold = (to: Route) => boolean

/** Which view is shown: kept in the address fragment, so that back and forward work. */
export class Location {
  route: Route = $state({ view: 'overview' })
  /** What waits until the person says whether what they entered may be lost; null when nothing does. */
  waiting: (() => void) | null = $state.raw(null)
  hold: Hold = () => false
  readonly #backend: Backend
  /** Where something outside led last, until one goes on from there. */
  #led = ''

  constructor(backend: Backend) {
    this.#backend = backend
    this.#read()
  }

  /** Follows the address and the links that reach the app from outside. */
  start(): () => void {
    const read = () => this.#follow()
    window.addEventListener('hashchange', read)
    const unlisten = this.#backend.on('open', () => void this.followDestination())
    void this.followDestination()
    return () => {
      window.removeEventListener('hashchange', read)
      unlisten()
    }
  }

  /** True while one is where a link or another start of Billfold led. */
  get led(): boolean {
    return window.location.hash === this.#led
  }

  go(route: Route): void {
    this.leave(route, () => (window.location.hash = hrefOf(route)))
  }

  /** Does what leads away to a route: at once, or once the person lets go of what they entered. */
  leave(to: Route, then: () => void): void {
    if (this.hold(to)) this.waiting = then
    else then()
  }

  stay = (): void => {
    this.waiting = null
  }

  /** Goes on; whoever held has let go before. */
  proceed = (): void => {
    const then = this.waiting
    this.waiting = null
    then?.()
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
      if (!route) return
      this.#led = hrefOf(route)
      this.go(route)
    } catch {
      // A link that cannot be read leads nowhere; the window stays as it is.
    }
  }

  /** The address changed by itself, as when going back: it is put back while something is held. */
  #follow(): void {
    const href = window.location.hash
    const to = parseRoute(href)
    if (hrefOf(to) === hrefOf(this.route) || !this.hold(to)) return this.#read()
    window.history.pushState(window.history.state, '', hrefOf(this.route))
    this.waiting = () => (window.location.hash = href)
  }

  #read(): void {
    this.route = parseRoute(window.location.hash)
    if (!this.led) this.#led = ''
  }
}
