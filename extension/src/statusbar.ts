/** The plan in the status bar, and how it stands where that is not good. */
import * as vscode from 'vscode'
import type { Known } from './source'
import type { Level, State } from './state'
import { short, withoutIcons } from './text'

/** The longest name of a plan that the status bar has room for. */
const longestPlan = 30

const icons: Readonly<Record<Level, string>> = {
  none: '$(credit-card)',
  note: '$(info)',
  warning: '$(warning)',
  error: '$(error)',
}

const backgrounds: Readonly<Partial<Record<Level, string>>> = {
  warning: 'statusBarItem.warningBackground',
  error: 'statusBarItem.errorBackground',
}

/** What the item says. */
interface Face {
  text: string
  /** What is said to who points at it or has it read aloud, a line each. */
  lines: string[]
  level: Level
  command: string
}

export class StatusBar {
  readonly #item: vscode.StatusBarItem

  constructor() {
    this.#item = vscode.window.createStatusBarItem('plan', vscode.StatusBarAlignment.Right, 90)
    this.#item.name = vscode.l10n.t('Billing')
  }

  show(known: Known): void {
    const face = faceOf(known)
    if (!face) {
      this.#item.hide()
      return
    }
    const background = backgrounds[face.level]
    this.#item.text = `${icons[face.level]} ${withoutIcons(face.text)}`
    this.#item.tooltip = face.lines.join('\n')
    this.#item.accessibilityInformation = { label: spoken(face), role: 'button' }
    this.#item.backgroundColor = background ? new vscode.ThemeColor(background) : undefined
    this.#item.command = face.command
    this.#item.show()
  }

  dispose(): void {
    this.#item.dispose()
  }
}

function faceOf(known: Known): Face | null {
  switch (known.kind) {
    case 'waiting':
      return null
    case 'state':
      return faceOfState(known.state)
    case 'missing':
      return {
        text: vscode.l10n.t('Billfold not found'),
        lines: [vscode.l10n.t('Billfold is not installed here. Select this to see how to get it.')],
        level: 'none',
        command: 'billfold.get',
      }
    case 'silent':
      return {
        text: 'Billfold',
        lines: [
          known.complaint || vscode.l10n.t('Billfold could not say how your account stands.'),
        ],
        level: 'none',
        command: 'billfold.managePlan',
      }
  }
}

function faceOfState(state: State): Face {
  const { words, account } = state
  const plan = state.plan || vscode.l10n.t('No plan')
  const name = state.sandbox
    ? vscode.l10n.t('{0} (sandbox)', short(plan, longestPlan))
    : short(plan, longestPlan)
  const money = state.sandbox ? vscode.l10n.t('This is the sandbox: no money is real.') : ''
  return {
    text: state.good || words.state === '' ? name : `${name}: ${words.state}`,
    lines: [
      state.plan === '' ? account.label : `${account.label}: ${state.plan}`,
      words.title && `${words.title}.`,
      words.text,
      asOf(state.asOf),
      money,
    ].filter((line) => line !== ''),
    level: state.level,
    command: state.good ? 'billfold.managePlan' : 'billfold.seeWhy',
  }
}

const spoken = ({ text, lines }: Face): string =>
  vscode.l10n.t('Billing: {0}', [text, ...lines].join('. ').replaceAll('..', '.'))

function asOf(seconds: number): string {
  if (seconds === 0) return ''
  const format = new Intl.DateTimeFormat(vscode.env.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return vscode.l10n.t('As of {0}', format.format(seconds * 1000))
}
