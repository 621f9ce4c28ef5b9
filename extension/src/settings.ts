/** What the person set, as of now. */
import * as vscode from 'vscode'
import type { Place } from './place'

export interface Settings {
  /** The path of the program; '' is to look for it. */
  path: string
  /** Where Billfold is to open; null leaves it to the surroundings. */
  openIn: Place | null
  /** The vendor's portal; '' for none. */
  portalUrl: string
}

/**
 * The settings of the person and the computer, never of the folder that is open: a
 * folder must not say which program is started.
 */
export function settings(): Settings {
  const section = vscode.workspace.getConfiguration('billfold')
  const own = (name: string): string => {
    const values = section.inspect<unknown>(name)
    const value = values?.globalValue ?? values?.defaultValue
    return typeof value === 'string' ? value.trim() : ''
  }
  const openIn = own('openIn')
  return {
    path: own('path'),
    openIn: openIn === 'desktop' || openIn === 'browser' ? openIn : null,
    portalUrl: portal(own('portalUrl')),
  }
}

/** Only an https address without a name and password in it is one of a portal. */
function portal(text: string): string {
  try {
    const url = new URL(text)
    return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : ''
  } catch {
    return ''
  }
}
