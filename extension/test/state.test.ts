import { describe, expect, test } from 'vitest'
import { failed, good } from './example'
import { isGrave, readState } from '../src/state'
import { usualStateFile } from '../src/statefile'

const read = (value: unknown, language = 'en') => readState(JSON.stringify(value), language)

test('a state is read in the language of the editor, else in English', () => {
  expect(read(failed())).toMatchObject({
    account: { id: 'a1', label: 'Kiro' },
    sandbox: false,
    plan: 'Pro',
    level: 'error',
    good: false,
    words: { state: 'Access lost' },
  })
  expect(read(failed(), 'de')?.words.state).toBe('Zugang verloren')
  expect(read(failed(), 'de-AT')?.words.state).toBe('Zugang verloren')
  expect(read(failed(), 'zh-cn')?.words.state).toBe('Access lost')
  expect(read(failed(), 'constructor')?.words.state).toBe('Access lost')
})

test('what one was told of changes with the account, the state and the cause, and not with time', () => {
  const matter = read(failed())?.matter
  expect(read(failed({ as_of: 1, judged_at: 2, next_charge: null }))?.matter).toBe(matter)
  expect(read(failed({ account: { id: 'a2', label: 'Kiro' } }))?.matter).not.toBe(matter)
  expect(read(good())?.matter).not.toBe(matter)
})

test.each([
  '',
  'null',
  '[]',
  '"x"',
  '{',
  '{}',
  '{"schema":"billfold.state/2","account":{"id":"a"}}',
  '{"schema":"billfold.state/1"}',
])('%s is no state', (text) => expect(readState(text, 'en')).toBeNull())

test('a file that is too large is no state', () => {
  expect(read(good({ extra: 'x'.repeat(70_000) }))).toBeNull()
})

describe('what is not as it should be', () => {
  test('is as if it was not there', () => {
    const odd = {
      plan: 7,
      connection: [],
      standing: 'x',
      as_of: '1',
      judged_at: -1,
      words: { en: null },
    }
    expect(read(good(odd))).toMatchObject({
      plan: '',
      sandbox: false,
      level: 'note',
      asOf: 0,
      judgedAt: 0,
      nextAt: 0,
    })
    expect(read(good({ as_of: 1e300, words: 7 }))).toMatchObject({
      asOf: 0,
      words: { state: '', title: '', text: '' },
    })
  })

  test('a level of a later version is told in words, not in alarm', () => {
    const state = read(good({ standing: { state: 'x', cause: 'y', level: 'apocalypse' } }))
    expect(state?.level).toBe('note')
    expect(state && isGrave(state)).toBe(false)
  })

  test('text that would play tricks is one line of all that can be seen', () => {
    const plan = read(good({ plan: ' Pro\u202e\u0007\nX\u2066' + 'y'.repeat(1000) }))?.plan ?? ''
    // eslint-disable-next-line no-control-regex
    expect(plan).not.toMatch(/[\u0000-\u001f\u202e\u2066]/)
    expect([...plan]).toHaveLength(400)
    expect(plan.startsWith('Pro')).toBe(true)
  })
})

test.each([
  ['linux', {}, '/home/ada/.local/state/billfold/state.json'],
  ['linux', { XDG_STATE_HOME: '/s' }, '/s/billfold/state.json'],
  ['linux', { XDG_STATE_HOME: 'relative' }, '/home/ada/.local/state/billfold/state.json'],
  ['darwin', {}, '/home/ada/Library/Application Support/billfold/state.json'],
  ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\billfold\\state.json'],
] as const)('on %s with %j the state file is %s', (platform, env, file) => {
  expect(usualStateFile({ platform, env, home: '/home/ada' })).toBe(file)
})
