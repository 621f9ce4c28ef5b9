import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type * as vscode from 'vscode'
import { failed, good } from './example'
import { anew, editor, ExtensionKind, Memory } from './fake/vscode'
import { eventually, standIn } from './stand-in'
import german from '../l10n/bundle.l10n.de.json'
import manifest from '../package.json'
import namesGerman from '../package.nls.de.json'
import names from '../package.nls.json'
import { activate } from '../src/extension'

beforeEach(() => void anew())

/** Starts the extension beside a stand-in that prints a state. */
function start(state: unknown, does = '') {
  const status = JSON.stringify({ schema: 'billfold.status/1', state, state_file: '' })
  const program = standIn(
    `if (args[0] === 'status') process.stdout.write(${JSON.stringify(status)})\n${does}`,
  )
  editor.settings['billfold.path'] = { globalValue: program.path }
  return { ...program, ...begin(program.folder) }
}

function begin(folder: string) {
  const memory = new Memory()
  memory.kept.set('stateFile', path.join(folder, 'state.json'))
  const context = {
    globalState: memory,
    subscriptions: [] as { dispose: () => void }[],
    extension: { extensionKind: ExtensionKind.UI },
  }
  activate(context as unknown as vscode.ExtensionContext)
  onTestFinished(() => context.subscriptions.forEach((one) => one.dispose()))
  return { memory }
}

const run = (command: string): unknown => editor.commands.get(command)?.()

describe('started beside Billfold', () => {
  test('it shows the plan, lists the account and tells of what is bad', async () => {
    const { calls } = start(failed())
    await eventually(
      'the plan is shown',
      () => editor.items[0]?.text === '$(error) Pro: Access lost',
    )
    const provider = editor.providers.get('billfold') as vscode.AuthenticationProvider
    expect(await provider.getSessions(undefined)).toHaveLength(1)
    await eventually('it is told', () => editor.messages.length === 1)
    editor.messages[0]?.answer('See Why')
    await eventually('the reason is opened', () =>
      calls().some(({ args }) => args[1] === 'standing'),
    )
  })

  test.each([
    ['billfold.managePlan', 'subscription'],
    ['billfold.invoiceHistory', 'invoices'],
    ['billfold.updatePaymentMethod', 'payment-methods'],
    ['billfold.seeWhy', 'standing'],
  ])('%s opens %s', async (command, view) => {
    const { calls } = start(good())
    run(command)
    const opened = () => calls().find(({ args }) => args[0] === 'open')
    await eventually('it is opened', () => opened() !== undefined)
    expect(opened()?.args).toEqual(['open', view])
    expect(editor.messages).toEqual([])
  })

  test('the support summary is put on the clipboard', async () => {
    const { calls } = start(good(), `if (args[0] === 'support') console.log('# Summary')`)
    await Promise.all([
      run('billfold.copySupportSummary'),
      eventually('it is said', () => {
        editor.messages[0]?.answer(undefined)
        return editor.copied !== '' && editor.messages.length === 1
      }),
    ])
    expect(editor.copied).toBe('# Summary\n')
    expect(calls().map(({ args }) => args)).toContainEqual(['support', '--max-age', '1h'])
  })

  test('a summary that cannot be had is told with the reason, and nothing is copied', async () => {
    start(
      good(),
      `if (args[0] === 'support') { console.error('billfold: The disk is full.'); process.exit(1) }`,
    )
    void run('billfold.copySupportSummary')
    await eventually('it is said', () => editor.messages.length === 1)
    expect(editor.messages[0]).toMatchObject({
      kind: 'error',
      text: 'The summary was not copied. The disk is full.',
    })
    expect(editor.copied).toBe('')
  })

  test('a program that does not start is told, and the portal offered where there is one', async () => {
    start(good(), `if (args[0] === 'open') process.exit(1)`)
    editor.settings['billfold.portalUrl'] = { globalValue: 'https://billing.example/' }
    run('billfold.managePlan')
    await eventually('it is said', () => editor.messages.length === 1)
    expect(editor.messages[0]).toMatchObject({
      kind: 'information',
      buttons: ['Get Billfold', 'Open Customer Portal'],
    })
    editor.messages[0]?.answer('Open Customer Portal')
    await eventually('the portal opens', () => editor.opened.at(-1) === 'https://billing.example/')
  })

  test('a setting that changes is heeded at once', async () => {
    start(good())
    await eventually('the plan is shown', () => editor.items[0]?.shown === true)
    const other = standIn(
      `process.stdout.write(${JSON.stringify(JSON.stringify({ state: good({ plan: 'Power', judged_at: 4e9 }) }))})`,
    )
    editor.settings['billfold.path'] = { globalValue: other.path }
    editor.configuration.fire({ affectsConfiguration: (name) => name === 'billfold.path' })
    await eventually('the other is shown', () => editor.items[0]?.text === '$(credit-card) Power')
  })
})

describe('started without Billfold', () => {
  test('it says so once, with how to get it, and quietly in the status bar', async () => {
    editor.settings['billfold.path'] = { globalValue: '/nowhere/billfold' }
    begin('/nowhere')
    await eventually('it is said', () => editor.messages.length === 1)
    expect(editor.items[0]).toMatchObject({
      shown: true,
      text: '$(credit-card) Billfold not found',
    })
    editor.messages[0]?.answer('Get Billfold')
    const walkthrough = 'workbench.action.openWalkthrough'
    await eventually('the way is shown', () =>
      editor.executed.some(([command]) => command === walkthrough),
    )
    expect(editor.executed.find(([command]) => command === walkthrough)?.[1]).toBe(
      'billfold.billfold#billing',
    )
    expect(editor.executed).toContainEqual(['setContext', 'billfold.found', false])
  })

  test('a click says what was tried', async () => {
    editor.settings['billfold.path'] = { globalValue: '/nowhere/billfold' }
    begin('/nowhere')
    editor.opens = () => false
    run('billfold.managePlan')
    await eventually('both are said', () => editor.messages.length === 2)
    expect(editor.messages.find(({ kind }) => kind === 'error')?.text).toBe(
      'Billfold is not installed here.',
    )
  })
})

describe('what it contributes', () => {
  const contributed = manifest.contributes

  test('every command exists, and every link of the walkthrough leads to one', () => {
    start(good())
    for (const { command } of contributed.commands) expect(editor.commands.has(command)).toBe(true)
    const linked = [...JSON.stringify(names).matchAll(/\(command:(billfold\.\w+)/g)].map(
      ([, name]) => name,
    )
    expect(linked.length).toBeGreaterThan(1)
    for (const command of linked) expect(editor.commands.has(command as string)).toBe(true)
  })

  test('every setting belongs to the machine, and none is taken from a folder that is not trusted', () => {
    const settings = contributed.configuration.properties
    expect(Object.values(settings).map(({ scope }) => scope)).toEqual(
      Object.keys(settings).map(() => 'machine'),
    )
    const { untrustedWorkspaces } = manifest.capabilities
    expect(untrustedWorkspaces.supported).toBe('limited')
    expect(untrustedWorkspaces.restrictedConfigurations.sort()).toEqual(
      Object.keys(settings).sort(),
    )
  })

  test('every name is there in both languages', () => {
    expect(Object.keys(namesGerman)).toEqual(Object.keys(names))
    const used = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toEqual(Object.keys(names).sort())
  })

  test('every sentence of the code has its German one, and no other has', () => {
    const files = readdirSync('src').map((file) => readFileSync(`src/${file}`, 'utf8'))
    const said = files.flatMap((text) => [...text.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)])
    expect(
      said
        .map(([, text]) => text)
        .sort()
        .filter((text, at, all) => text !== all[at - 1]),
    ).toEqual(Object.keys(german).sort())
    expect(files.join('').match(/l10n\.t\(/g)).toHaveLength(said.length)
  })

  test('nothing is written to a log', () => {
    for (const file of readdirSync('src')) {
      expect(readFileSync(`src/${file}`, 'utf8')).not.toMatch(/console\.|OutputChannel|appendLine/)
    }
  })
})
