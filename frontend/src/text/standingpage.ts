/**
 * The page of docs/standing.md: how each scenario of the sandbox stands, in the
 * words of the window. Only its test makes use of it.
 */
import { bankText, groups, hopes, reasonText } from './advice'
import {
  actText,
  eventText,
  meaningTexts,
  nameOf,
  owedWhenText,
  remedyText,
  stateLabel,
  whatText,
} from './matter'
import { formatMoney } from './money'
import { noRetryText, unknownList } from './standing'
import { stepsOf } from './steps'
import type { Standing } from '../api/types-standing'

export interface Scene {
  scenario: string
  standing: Standing
}

const intro = `# How it stands, scenario by scenario

What the window says in each scenario of the sandbox on June 17, 2026: the notice on
top of every view, and the story behind "Show me why". The words are in
\`frontend/messages/en.json\`, what they are said of in
\`backend/companion/testdata/standing\`. This page is made from both: after a change run
\`npx vitest run src/text/standingpage.test.ts -u\` in \`frontend\`.

`

export function standingPage(scenes: Scene[]): string {
  const rows = scenes.map(({ scenario, standing }) =>
    cells([
      `[${scenario}](#${scenario})`,
      stateLabel(standing).text,
      `${plain(whatText(standing, standing, 'UTC'))}.`,
      meaningTexts(standing).join(' '),
      mainButton(standing),
    ]),
  )
  const heads = cells(['scenario', 'state', 'what', 'what it means and what comes next', 'button'])
  const table = [heads, '|---|---|---|---|---|', ...rows].join('\n')
  return `${intro}${table}\n${scenes.map(section).join('')}`
}

const cells = (texts: string[]): string =>
  `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`

/** Names are strangers' text, and Markdown would take what looks like a tag for one. */
const plain = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function mainButton(standing: Standing): string {
  const [first] = standing.remedies
  return (first && actText(first, standing)) || '–'
}

function section({ scenario, standing }: Scene): string {
  return `
## ${scenario}

**${plain(whatText(standing, standing, 'UTC'))}.** ${meaningTexts(standing).join(' ')}
${[steps, remedies, decline, next, owed, unknown, others].map((part) => part(standing)).join('')}`
}

/** A paragraph with a name, or a list under one; "" for what there is nothing of. */
const list = (name: string, items: string[]): string =>
  items.length === 0 ? '' : `\n${name}:\n\n${items.map((item) => `- ${plain(item)}\n`).join('')}`

const steps = (standing: Standing): string =>
  list(
    'Two steps',
    stepsOf(standing, standing).map(({ text, state }) => `${text} (${state})`),
  )

const remedies = (standing: Standing): string =>
  list(
    'What helps',
    standing.remedies.map((remedy, at) => {
      const button = actText(remedy, standing)
      return remedyText(remedy, at, standing) + (button === '' ? '' : ` [${button}]`)
    }),
  )

function decline({ decline: one }: Standing): string {
  if (!one) return ''
  const { title, detail } = groups[one.group]
  return `
Why it was declined: ${title()}. ${detail()} ${reasonText(one)} ${hopes[one.retry]()}

> ${plain(bankText(one.bank))}
`
}

function next(standing: Standing): string {
  const matters = [standing, ...standing.others]
  const events = matters.flatMap(({ next_event }) => (next_event ? [eventText(next_event)] : []))
  return list(
    'What happens next',
    [noRetryText(standing.no_retry), ...events].filter((text) => text !== ''),
  )
}

function owed({ owed_on, given_up }: Standing): string {
  const few = 3
  const line = (one: (typeof owed_on)[number]) =>
    [one.number, formatMoney(one.amount), owedWhenText(one, 'UTC')]
      .filter((text) => text !== '')
      .join(', ')
  const more = (count: number) => (count > few ? [`and ${count - few} more`] : [])
  return (
    list('What is owed', [...owed_on.slice(0, few).map(line), ...more(owed_on.length)]) +
    list('Given up by the vendor', [...given_up.slice(0, few).map(line), ...more(given_up.length)])
  )
}

const unknown = (standing: Standing): string =>
  list('What is not known', unknownList(standing.unknown))

const others = (standing: Standing): string =>
  list(
    'Also',
    standing.others.map(
      (matter) =>
        `${plain(nameOf(matter, null))}: ${whatText(matter, standing, 'UTC')}. ${meaningTexts(matter).join(' ')}`,
    ),
  )
