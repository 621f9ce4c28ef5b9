/** Reaches Billfold over loopback HTTP: browser mode. */
import { canCopy, copy } from './clipboard'
import { EventReader } from './eventstream'
import type { EventName, Link, Transport } from './backend'
import type { Problem } from './types'

const sessionKey = 'billfold.session'
const firstRetryMs = 500
const longestRetryMs = 10_000
/** The server sends a heartbeat every 15 s; after two missed ones the stream is dead. */
const silenceMs = 35_000

/** What of the browser the transport needs; tests hand in their own. */
export interface Surroundings {
  fetch: typeof fetch
  location: Pick<Location, 'hash' | 'pathname' | 'search'>
  history: Pick<History, 'replaceState'>
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

/** Exchanges the page's one-time token for a session and keeps an event stream open. */
export function httpTransport(surroundings: Surroundings = browser()): Transport {
  return new HttpTransport(surroundings)
}

function browser(): Surroundings {
  return {
    fetch: (input, init) => fetch(input, init),
    location: window.location,
    history: window.history,
    storage: window.sessionStorage,
  }
}

class HttpTransport implements Transport {
  readonly canCopy = canCopy
  readonly copy = copy
  readonly #around: Surroundings
  readonly #session: Promise<string>
  readonly #listeners = new Map<EventName, Set<() => void>>()
  readonly #linkWatchers = new Set<(link: Link) => void>()
  #link: Link = 'live'

  constructor(around: Surroundings) {
    this.#around = around
    this.#session = this.#openSession(this.#takeToken())
    this.#session.then(
      () => void this.#keepListening(),
      () => {},
    )
  }

  async call(method: string, args: unknown[]): Promise<unknown> {
    const response = await this.#send(`call/${method}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(args),
    })
    this.#tell('live')
    const text = await response.text()
    const answer: unknown = text === '' ? undefined : parse(text)
    if (!response.ok) throw answer ?? stopped
    return answer
  }

  listen(name: EventName, heard: () => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(heard))
    return () => listeners.delete(heard)
  }

  watchLink(changed: (link: Link) => void): () => void {
    this.#linkWatchers.add(changed)
    changed(this.#link)
    return () => this.#linkWatchers.delete(changed)
  }

  /** Reads the token and leaves only the view to open in the address bar, so that it is in no history. */
  #takeToken(): string {
    const { location, history } = this.#around
    const fragment = new URLSearchParams(location.hash.replace(/^#/, ''))
    const token = fragment.get('token') ?? ''
    if (token !== '') {
      const view = '#/' + (fragment.get('open') ?? '')
      history.replaceState(null, '', location.pathname + location.search + view)
    }
    return token
  }

  async #openSession(token: string): Promise<string> {
    const kept = this.#around.storage.getItem(sessionKey)
    if (token === '') {
      if (kept) return kept
      return this.#end()
    }
    let response: Response
    try {
      response = await this.#around.fetch('session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Billfold': '1' },
        body: JSON.stringify({ token }),
      })
    } catch {
      this.#tell('stopped')
      throw stopped
    }
    // A used token is normal after a reload from history: the session may still be good.
    if (!response.ok) return kept ?? this.#end()
    const { session } = (await response.json()) as { session: string }
    this.#around.storage.setItem(sessionKey, session)
    return session
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const session = await this.#session
    let response: Response
    try {
      response = await this.#around.fetch(path, {
        ...init,
        cache: 'no-store',
        headers: { ...init.headers, Authorization: `Bearer ${session}`, 'X-Billfold': '1' },
      })
    } catch {
      this.#tell('stopped')
      throw stopped
    }
    if (response.status === 401) return this.#end()
    return response
  }

  /** Reads events for as long as the session lasts, and connects again when cut off. */
  async #keepListening(): Promise<void> {
    let wait = firstRetryMs
    let first = true
    while (this.#link !== 'ended') {
      try {
        await this.#readEvents(() => {
          wait = firstRetryMs
          // What happened while nobody listened is unknown: read everything again.
          if (!first) this.#announceAll()
          first = false
        })
      } catch {
        // #send has told the link; what is left is to try again.
      }
      if ((this.#link as Link) === 'ended') return
      await new Promise((resolve) => setTimeout(resolve, wait))
      wait = Math.min(wait * 2, longestRetryMs)
    }
  }

  async #readEvents(opened: () => void): Promise<void> {
    const abort = new AbortController()
    const response = await this.#send('events', {
      headers: { Accept: 'text/event-stream' },
      signal: abort.signal,
    })
    if (!response.ok || !response.body) return
    this.#tell('live')
    opened()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const events = new EventReader((name) => this.#announce(name))
    try {
      for (;;) {
        const { done, value } = await withTimeout(reader.read(), silenceMs)
        if (done) break
        events.push(value)
      }
    } finally {
      abort.abort()
    }
    this.#tell('stopped')
  }

  #announce(name: string): void {
    for (const heard of this.#listeners.get(name as EventName) ?? []) heard()
  }

  #announceAll(): void {
    for (const name of this.#listeners.keys()) this.#announce(name)
  }

  #tell(link: Link): void {
    if (this.#link === link || this.#link === 'ended') return
    this.#link = link
    for (const changed of this.#linkWatchers) changed(link)
  }

  #end(): never {
    this.#around.storage.removeItem(sessionKey)
    this.#tell('ended')
    throw { code: 'signed_out', message: '' } satisfies Problem
  }
}

const stopped: Problem = { code: 'unavailable', message: '' }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw stopped
  }
}

function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the event stream fell silent')), ms)
  })
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer))
}
