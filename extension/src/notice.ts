/**
 * Tells once when it turns bad, and not again until it changes; and once when
 * Billfold is not there. What was told is remembered across reloads and windows.
 */
import * as vscode from 'vscode'
import type { Known } from './source'
import { isGrave, type State } from './state'
import { withoutLinks } from './text'

/** What was told of each account. */
const toldKey = 'told'
const saidMissingKey = 'saidMissing'

export interface Answers {
  seeWhy: () => void
  get: () => void
  setPath: () => void
}

export class Notice {
  readonly #memory: vscode.Memento
  readonly #answers: Answers

  constructor(memory: vscode.Memento, answers: Answers) {
    this.#memory = memory
    this.#answers = answers
  }

  /** Tells what is new in it. Of several windows only the one that has the focus does. */
  async hear(known: Known): Promise<void> {
    if (!vscode.window.state.focused) return
    if (known.kind === 'missing') await this.#sayMissing()
    if (known.kind !== 'state') return
    if (this.#memory.get(saidMissingKey)) await this.#memory.update(saidMissingKey, undefined)
    if (isGrave(known.state)) await this.#tell(known.state)
    else await this.#forget(known.state)
  }

  async #tell(state: State): Promise<void> {
    const told = this.#told()
    if (told[state.account.id] === state.matter) return
    // Noted first: a second look must not tell while the first message still stands.
    await this.#memory.update(toldKey, { ...told, [state.account.id]: state.matter })
    const show =
      state.level === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage
    const seeWhy = vscode.l10n.t('See Why')
    // Not awaited: it stands until somebody answers it.
    void show(messageOf(state), seeWhy).then((answer) => {
      if (answer === seeWhy) this.#answers.seeWhy()
    })
  }

  async #forget({ account }: State): Promise<void> {
    const { [account.id]: before, ...others } = this.#told()
    if (before !== undefined) await this.#memory.update(toldKey, others)
  }

  #told(): Record<string, string> {
    return this.#memory.get<Record<string, string>>(toldKey) ?? {}
  }

  async #sayMissing(): Promise<void> {
    if (this.#memory.get(saidMissingKey)) return
    await this.#memory.update(saidMissingKey, true)
    const get = vscode.l10n.t('Get Billfold')
    const setPath = vscode.l10n.t('Set Path')
    const message = vscode.l10n.t('Billfold is not installed here, so your plan cannot be shown.')
    void vscode.window.showInformationMessage(message, get, setPath).then((answer) => {
      if (answer === get) this.#answers.get()
      if (answer === setPath) this.#answers.setPath()
    })
  }
}

function messageOf({ plan, account, words }: State): string {
  const about = plan === '' ? account.label : plan
  return withoutLinks(`${about}: ${words.title}. ${words.text}`.trim())
}
