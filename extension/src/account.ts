/**
 * Shows the account in the editor's Accounts menu. It is a name and nothing more: no
 * token ever comes here, and whoever asks for one gets an empty one.
 */
import * as vscode from 'vscode'
import type { State } from './state'

export const providerId = 'billfold'

/** The account that the person does not want to see in the menu. */
const hiddenKey = 'hiddenAccount'

export class AccountProvider implements vscode.AuthenticationProvider {
  readonly #changes =
    new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>()
  readonly onDidChangeSessions = this.#changes.event
  readonly #memory: vscode.Memento
  readonly #openBillfold: () => void
  #shown: vscode.AuthenticationSession | null = null
  #state: State | null = null

  constructor(memory: vscode.Memento, openBillfold: () => void) {
    this.#memory = memory
    this.#openBillfold = openBillfold
  }

  show(state: State | null): void {
    this.#state = state
    this.#turnTo(this.#sessionOf(state))
  }

  getSessions(): Promise<vscode.AuthenticationSession[]> {
    return Promise.resolve(this.#shown ? [this.#shown] : [])
  }

  /** One signs in in Billfold; an account that is there is listed again. */
  async createSession(): Promise<vscode.AuthenticationSession> {
    await this.#memory.update(hiddenKey, undefined)
    this.#turnTo(this.#sessionOf(this.#state))
    if (this.#shown) return this.#shown
    this.#openBillfold()
    throw new Error(
      vscode.l10n.t('Sign in in Billfold, which opens now. Your account is listed here then.'),
    )
  }

  /** Signing out happens in Billfold: here the account is only no longer listed. */
  async removeSession(id: string): Promise<void> {
    await this.#memory.update(hiddenKey, id)
    this.#turnTo(null)
    const open = vscode.l10n.t('Open Billfold')
    const message = vscode.l10n.t(
      'The account is no longer listed here. You are still signed in in Billfold.',
    )
    void vscode.window.showInformationMessage(message, open).then((answer) => {
      if (answer === open) this.#openBillfold()
    })
  }

  #sessionOf(state: State | null): vscode.AuthenticationSession | null {
    if (!state || this.#memory.get(hiddenKey) === state.account.id) return null
    const { id, label } = state.account
    const name = state.plan === '' ? label : `${label} · ${state.plan}`
    return { id, account: { id, label: name }, scopes: [], accessToken: '' }
  }

  #turnTo(session: vscode.AuthenticationSession | null): void {
    const before = this.#shown
    if (before?.id === session?.id && before?.account.label === session?.account.label) return
    this.#shown = session
    const same = before !== null && session !== null && before.id === session.id
    this.#changes.fire({
      added: session && !same ? [session] : [],
      removed: before && !same ? [before] : [],
      changed: session && same ? [session] : [],
    })
  }

  dispose(): void {
    this.#changes.dispose()
  }
}
