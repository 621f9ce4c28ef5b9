/**
 * What Billfold knows of the account, as it writes it into its state file and prints
 * it with `status --json`. docs/ide.md describes it.
 *
 * Other programs may write to that file, and names of plans are a stranger's text:
 * nothing of it is trusted to be of the right kind or length.
 */
import { visible } from './text'

/** How loudly it is to be told: not at all, in words, in words and colour. */
export type Level = 'none' | 'note' | 'warning' | 'error'

export interface State {
  account: { id: string; label: string }
  /** No money is real. */
  sandbox: boolean
  /** '' without a subscription. */
  plan: string
  level: Level
  /** Nothing is wrong and nothing has ended. */
  good: boolean
  /** What the person was told of once does not change while this does not. */
  matter: string
  /** When the standing may be another by itself, and when the copy was last complete; 0 is not known. */
  nextAt: number
  asOf: number
  /** When it was judged, which is no earlier than asOf. */
  judgedAt: number
  words: Words
}

/** In the person's language; none of them ends in a full stop but `text`. */
export interface Words {
  /** How it stands, in a word or two. */
  state: string
  /** What happened. */
  title: string
  /** What that means, and what comes next: whole sentences. */
  text: string
}

export const schema = 'billfold.state/1'

/** The most that a state file may hold, in bytes. */
export const sizeLimit = 64 << 10

const levels: readonly string[] = ['none', 'note', 'warning', 'error'] satisfies Level[]

/** Reads a state; null for what is none, or of a newer kind. `language` is as in "de" or "de-AT". */
export function readState(text: string, language: string): State | null {
  if (text.length > sizeLimit) return null
  try {
    return stateOf(JSON.parse(text), language)
  } catch {
    return null
  }
}

/** The same of what was parsed already. */
export function stateOf(value: unknown, language: string): State | null {
  const all = record(value)
  if (all['schema'] !== schema) return null
  const account = record(all['account'])
  const standing = record(all['standing'])
  const id = string(account['id'])
  if (id === '') return null
  const level = string(standing['level'])
  return {
    account: { id, label: string(account['label']) || 'Billfold' },
    sandbox: all['connection'] === 'sandbox',
    plan: string(all['plan']),
    level: levels.includes(level) ? (level as Level) : 'note',
    good: standing['state'] === 'good',
    matter: [id, level, string(standing['state']), string(standing['cause'])].join(' '),
    nextAt: instant(record(standing['next_event'])['at']),
    asOf: instant(all['as_of']),
    judgedAt: instant(all['judged_at']),
    words: wordsOf(record(all['words']), language),
  }
}

function wordsOf(all: Record<string, unknown>, language: string): Words {
  const [own = 'en'] = language.toLowerCase().split('-')
  const words = record(Object.hasOwn(all, own) ? all[own] : all['en'])
  return {
    state: string(words['state']),
    title: string(words['title']),
    text: string(words['text']),
  }
}

/** True for a state that is to be told of by a notification. */
export const isGrave = ({ level }: Pick<State, 'level'>): boolean =>
  level === 'warning' || level === 'error'

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const string = (value: unknown): string => (typeof value === 'string' ? visible(value) : '')

/** Unix seconds that a Date can hold. */
const instant = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 8.64e12
    ? (value as number)
    : 0
