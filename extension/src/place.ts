/** Tells whether the person's screen is at the computer that this extension runs on. */
import * as vscode from 'vscode'

export type Place = 'desktop' | 'browser'

type Around = Pick<typeof vscode.env, 'uiKind' | 'remoteName'>

/**
 * An editor in a browser, and an extension host at the other end of SSH, WSL or a
 * container, have no screen of the person's; an extension host beside the window
 * has, also where the window looks at a remote folder.
 */
export function placeOf(around: Around, kind: vscode.ExtensionKind): Place {
  if (around.uiKind === vscode.UIKind.Web) return 'browser'
  return around.remoteName !== undefined && kind === vscode.ExtensionKind.Workspace
    ? 'browser'
    : 'desktop'
}
