import { beforeEach, describe, expect, test } from 'vitest'
import type * as vscode from 'vscode'
import { failed, good } from './example'
import { anew, editor, type Item, Memory, window } from './fake/vscode'
import { AccountProvider } from '../src/account'
import { Notice } from '../src/notice'
import type { Known } from '../src/source'
import { readState, type State } from '../src/state'
import { StatusBar } from '../src/statusbar'

function stateOf(value: unknown, language = 'en'): State {
  const state = readState(JSON.stringify(value), language)
  if (!state) throw new Error('no state')
  return state
}

const known = (value: unknown): Known => ({ kind: 'state', state: stateOf(value) })

const memoryOf = (memory: Memory): vscode.Memento => memory as unknown as vscode.Memento

beforeEach(() => void anew())

describe('the status bar', () => {
  function shown(what: Known): Item {
    new StatusBar().show(what)
    return editor.items.at(-1) as Item
  }

  test('shows the plan and nothing more while all is well', () => {
    const item = shown(known(good()))
    expect(item).toMatchObject({
      shown: true,
      text: '$(credit-card) Pro',
      backgroundColor: undefined,
      command: 'billfold.managePlan',
    })
    expect(item.tooltip).toContain(
      'Kiro: Pro\nEverything is in order.\nNothing changes for you.\nAs of ',
    )
  })

  test.each([
    ['note', '$(info) Pro: Needs attention', undefined],
    ['warning', '$(warning) Pro: Needs attention', 'statusBarItem.warningBackground'],
    ['error', '$(error) Pro: Needs attention', 'statusBarItem.errorBackground'],
  ])('at level %s says %s', (level, text, colour) => {
    const words = { en: { state: 'Needs attention', title: 'The card expires', text: 'Do.' } }
    const item = shown(known(good({ standing: { state: 'attention', cause: 'c', level }, words })))
    expect(item.text).toBe(text)
    expect(item.backgroundColor?.id).toBe(colour)
    expect(item.command).toBe('billfold.seeWhy')
  })

  test('takes the colour back when all is well again', () => {
    const bar = new StatusBar()
    bar.show(known(failed()))
    bar.show(known(good()))
    expect(editor.items[0]?.backgroundColor).toBeUndefined()
  })

  test('has it all read aloud, without icons', () => {
    const item = shown(known(failed()))
    expect(item.accessibilityInformation?.label).toMatch(
      /^Billing: Pro: Access lost\. Kiro: Pro\. A payment did not go through\. Paid features are off\. As of .+$/,
    )
    expect(item.accessibilityInformation?.role).toBe('button')
  })

  test('says that the sandbox is one', () => {
    const item = shown(known(good({ connection: 'sandbox' })))
    expect(item.text).toBe('$(credit-card) Pro (sandbox)')
    expect(item.tooltip).toContain('no money is real')
  })

  test('says where there is no plan', () => {
    expect(shown(known(good({ plan: null }))).text).toBe('$(credit-card) No plan')
  })

  test('makes no icon of a name, and does not let it run away', () => {
    const item = shown(known(good({ plan: '$(flame) ' + 'x'.repeat(100) })))
    expect(item.text).toMatch(/^\$\(credit-card\) \\\$\(flame\) x{20}…$/)
  })

  test('says quietly that Billfold is not there', () => {
    const item = shown({ kind: 'missing' })
    expect(item).toMatchObject({
      text: '$(credit-card) Billfold not found',
      command: 'billfold.get',
      backgroundColor: undefined,
    })
  })

  test("gives Billfold's own sentence where it has no answer", () => {
    expect(shown({ kind: 'silent', complaint: 'Nobody is signed in.' }).tooltip).toBe(
      'Nobody is signed in.',
    )
    expect(shown({ kind: 'silent', complaint: '' }).tooltip).not.toBe('')
  })

  test('is not there before anything is known', () => {
    expect(shown({ kind: 'waiting' }).shown).toBe(false)
  })
})

describe('the notification', () => {
  let memory: Memory
  let did: string[]

  const notice = (): Notice =>
    new Notice(memoryOf(memory), {
      seeWhy: () => did.push('why'),
      get: () => did.push('get'),
      setPath: () => did.push('path'),
    })

  beforeEach(() => {
    memory = new Memory()
    did = []
  })

  test('comes once when it turns bad, with a button that tells why', async () => {
    const one = notice()
    await one.hear(known(good()))
    expect(editor.messages).toEqual([])
    await one.hear(known(failed()))
    await one.hear(known(failed({ as_of: 5 })))
    expect(editor.messages).toMatchObject([
      {
        kind: 'error',
        text: 'Pro: A payment did not go through. Paid features are off.',
        buttons: ['See Why'],
      },
    ])
    editor.messages[0]?.answer('See Why')
    await Promise.resolve()
    expect(did).toEqual(['why'])
  })

  test('is a warning where access is not lost', async () => {
    const standing = { state: 'at_risk', cause: 'payment_failed', level: 'warning' }
    await notice().hear(known(failed({ standing })))
    expect(editor.messages[0]?.kind).toBe('warning')
  })

  test('does not come again after a reload', async () => {
    await notice().hear(known(failed()))
    await notice().hear(known(failed()))
    expect(editor.messages).toHaveLength(1)
  })

  test('comes again when it changes, and when it turned good in between', async () => {
    const one = notice()
    await one.hear(known(failed()))
    const other = { state: 'access_lost', cause: 'tries_used_up', level: 'error' }
    await one.hear(known(failed({ standing: other })))
    expect(editor.messages).toHaveLength(2)
    await one.hear(known(good()))
    await one.hear(known(failed({ standing: other })))
    expect(editor.messages).toHaveLength(3)
  })

  test('comes once for each account, also when one goes back and forth between them', async () => {
    const one = notice()
    for (const id of ['a1', 'a2', 'a1', 'a2'])
      await one.hear(known(failed({ account: { id, label: 'Kiro' } })))
    expect(editor.messages).toHaveLength(2)
  })

  test('comes in the window that has the focus', async () => {
    window.state.focused = false
    await notice().hear(known(failed()))
    expect(editor.messages).toEqual([])
    window.state.focused = true
    await notice().hear(known(failed()))
    expect(editor.messages).toHaveLength(1)
  })

  test('makes no link of a name', async () => {
    await notice().hear(known(failed({ plan: '[Pro](command:workbench.action.quit)' })))
    expect(editor.messages[0]?.text).not.toMatch(/\]\(/)
  })

  test('says once that Billfold is not there, and how to get it', async () => {
    const one = notice()
    await one.hear({ kind: 'missing' })
    await one.hear({ kind: 'missing' })
    await notice().hear({ kind: 'missing' })
    expect(editor.messages).toMatchObject([
      { kind: 'information', buttons: ['Get Billfold', 'Set Path'] },
    ])
    editor.messages[0]?.answer('Get Billfold')
    await Promise.resolve()
    expect(did).toEqual(['get'])
  })

  test('says nothing where Billfold has no answer', async () => {
    await notice().hear({ kind: 'silent', complaint: 'x' })
    expect(editor.messages).toEqual([])
  })
})

describe('the account', () => {
  let memory: Memory
  let opened: number
  let changes: [number, number, number][]

  function provider(): AccountProvider {
    const one = new AccountProvider(memoryOf(memory), () => opened++)
    one.onDidChangeSessions(({ added, removed, changed }) =>
      changes.push([added?.length ?? 0, removed?.length ?? 0, changed?.length ?? 0]),
    )
    return one
  }

  beforeEach(() => {
    memory = new Memory()
    opened = 0
    changes = []
  })

  test('is listed with its plan, and has no token', async () => {
    const one = provider()
    expect(await one.getSessions()).toEqual([])
    one.show(stateOf(good()))
    expect(await one.getSessions()).toEqual([
      { id: 'a1', account: { id: 'a1', label: 'Kiro · Pro' }, scopes: [], accessToken: '' },
    ])
  })

  test('tells the editor what came, changed and went', () => {
    const one = provider()
    one.show(stateOf(good()))
    one.show(stateOf(good({ as_of: 3 })))
    one.show(stateOf(good({ plan: 'Power' })))
    one.show(stateOf(good({ account: { id: 'a2', label: 'Kiro' } })))
    one.show(null)
    expect(changes).toEqual([[1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 1, 0]]) // prettier-ignore
  })

  test('is no longer listed when one signs out here, and stays so after a reload', async () => {
    const one = provider()
    one.show(stateOf(good()))
    await one.removeSession('a1')
    expect(await one.getSessions()).toEqual([])
    expect(editor.messages[0]?.text).toContain('still signed in in Billfold')
    const next = provider()
    next.show(stateOf(good()))
    expect(await next.getSessions()).toEqual([])
    next.show(stateOf(good({ account: { id: 'a2', label: 'Kiro' } })))
    expect(await next.getSessions()).toHaveLength(1)
  })

  test('is listed again when one signs in here', async () => {
    const one = provider()
    one.show(stateOf(good()))
    await one.removeSession('a1')
    expect((await one.createSession()).id).toBe('a1')
    expect(opened).toBe(0)
  })

  test('that is not there yet is one to sign in to in Billfold', async () => {
    await expect(provider().createSession()).rejects.toThrow('Sign in in Billfold')
    expect(opened).toBe(1)
  })
})
