/**
 * Opens Billfold at a view: by its program, else by a link that the system knows,
 * else the vendor's portal.
 */
import * as vscode from 'vscode'
import { type Place, placeOf } from './place'
import { findProgram, type Program } from './program'
import { settings } from './settings'

/** The views that are opened from here; docs/ide.md lists them all. */
export type View = 'overview' | 'standing' | 'subscription' | 'payment-methods' | 'invoices'

/** How it was opened, or that it was not. */
export type Opened = 'program' | 'link' | 'portal' | 'not'

export class Launcher {
  readonly #kind: vscode.ExtensionKind
  readonly #find: (configured: string) => Program | null

  constructor(kind: vscode.ExtensionKind, find = findProgram as (set: string) => Program | null) {
    this.#kind = kind
    this.#find = find
  }

  /** The program, null when it is not installed where it is looked for. */
  program(): Program | null {
    return this.#find(settings().path)
  }

  place(): Place {
    return settings().openIn ?? placeOf(vscode.env, this.#kind)
  }

  async open(view: View): Promise<Opened> {
    if (await this.#byProgram(view)) return 'program'
    if (await outside(`billfold://${view}`)) return 'link'
    return (await this.openPortal()) ? 'portal' : 'not'
  }

  /** Opens the vendor's portal; false where none is set. */
  async openPortal(): Promise<boolean> {
    const { portalUrl } = settings()
    return portalUrl !== '' && outside(portalUrl)
  }

  async #byProgram(view: View): Promise<boolean> {
    const program = this.program()
    if (!program) return false
    return this.place() === 'desktop' ? program.start(['open', view]) : inBrowser(program, view)
  }
}

/** Has browser mode serve the view, and the person's browser reach it from where it is. */
async function inBrowser(program: Program, view: View): Promise<boolean> {
  const served = await serve(program, view)
  if (served === 'window' || served === null) return served === 'window'
  const reachable = await vscode.env.asExternalUri(served)
  const { origin, hostname } = new URL(reachable.toString(true))
  if (own.includes(hostname)) return outside(reachable)
  // The editor forwards it under a name of its own, which browser mode has to know.
  const known = await serve(program, view, ['--public-origin', origin])
  if (known === 'window' || known === null) return known === 'window'
  return outside(await vscode.env.asExternalUri(known))
}

/** The address at which browser mode serves the view, or the window that came to the front instead. */
async function serve(
  program: Program,
  view: View,
  more: readonly string[] = [],
): Promise<vscode.Uri | 'window' | null> {
  const answer = await program.ask(['open', view, '--no-open', '--json', ...more])
  if (typeof answer !== 'object' || answer === null) return null
  const { schema, url } = answer as { schema?: unknown; url?: unknown }
  if (schema !== 'billfold.open/1') return null
  if (url === null) return 'window'
  return typeof url === 'string' ? loopback(url) : null
}

/** How this computer calls itself. */
const own: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** Browser mode is at this computer and nowhere else. */
function loopback(url: string): vscode.Uri | null {
  try {
    const { protocol, hostname } = new URL(url)
    return protocol === 'http:' && own.includes(hostname) ? vscode.Uri.parse(url, true) : null
  } catch {
    return null
  }
}

/** Hands an address to the person's system; false when that refuses it. */
async function outside(address: string | vscode.Uri): Promise<boolean> {
  try {
    const uri = typeof address === 'string' ? vscode.Uri.parse(address, true) : address
    return await vscode.env.openExternal(uri)
  } catch {
    return false
  }
}
