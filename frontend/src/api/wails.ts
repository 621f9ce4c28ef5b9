/** Reaches Billfold through the desktop window's bindings. */
import type { EventName, Transport } from './backend'

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>

interface WailsWindow {
  go?: { main?: { App?: Bound } }
  runtime?: {
    EventsOn(name: string, heard: () => void): () => void
    ClipboardSetText(text: string): Promise<boolean>
  }
}

/** Gives the transport of the desktop window, or null in any other window. */
export function wailsTransport(host: object = window): Transport | null {
  const wails = host as WailsWindow
  const app = wails.go?.main?.App
  if (!app) return null
  return {
    call(method, args) {
      const bound = app[method]
      if (!bound) return Promise.reject({ code: 'internal', message: '' })
      return bound(...args).catch((thrown: unknown) => {
        throw problemIn(thrown)
      })
    },
    listen(name: EventName, heard) {
      return wails.runtime?.EventsOn(name, heard) ?? (() => {})
    },
    // The web view's own clipboard is not to be had on every system: the program's is.
    canCopy: () => wails.runtime !== undefined,
    async copy(text) {
      if (!(await wails.runtime?.ClipboardSetText(await text))) throw new Error('not copied')
    },
    watchLink(changed) {
      // The window and the program are one process: neither outlives the other.
      changed('live')
      return () => {}
    },
  }
}

/**
 * Wails turns whatever Go sends as an error into the message of an Error, so Go
 * sends a Problem as JSON text. Anything else is passed on as it came.
 */
function problemIn(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  try {
    return JSON.parse(thrown.message)
  } catch {
    return thrown
  }
}
