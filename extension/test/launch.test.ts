import { beforeEach, describe, expect, test } from 'vitest'
import type * as vscode from 'vscode'
import { anew, editor, env, ExtensionKind, UIKind } from './fake/vscode'
import { eventually, standIn } from './stand-in'
import { Launcher } from '../src/launch'
import { placeOf } from '../src/place'

const once = 'http://127.0.0.1:4711/#token=SECRET&open=subscription'
const serves = `console.log(JSON.stringify({ schema: 'billfold.open/1', program: 'web', url: ${JSON.stringify(once)} }, null, 2))
setTimeout(() => {}, 60_000)`

/** A launcher as in a window of that kind. */
function launcher(kind: ExtensionKind = ExtensionKind.UI): Launcher {
  return new Launcher(kind as unknown as vscode.ExtensionKind)
}

const installed = (path: string): void => {
  editor.settings['billfold.path'] = { globalValue: path }
}

const notInstalled = (): void => installed('/nowhere/billfold')

const portal = 'https://billing.example/p/login'

beforeEach(() => void anew())

describe('where Billfold opens', () => {
  test.each`
    window                                          | uiKind            | remoteName          | kind                       | place
    ${'on the computer itself'}                     | ${UIKind.Desktop} | ${undefined}        | ${ExtensionKind.UI}        | ${'desktop'}
    ${'on the computer itself, no UI host'}         | ${UIKind.Desktop} | ${undefined}        | ${ExtensionKind.Workspace} | ${'desktop'}
    ${'over SSH'}                                   | ${UIKind.Desktop} | ${'ssh-remote'}     | ${ExtensionKind.UI}        | ${'desktop'}
    ${'over SSH, at the other end'}                 | ${UIKind.Desktop} | ${'ssh-remote'}     | ${ExtensionKind.Workspace} | ${'browser'}
    ${'into WSL'}                                   | ${UIKind.Desktop} | ${'wsl'}            | ${ExtensionKind.UI}        | ${'desktop'}
    ${'into WSL, at the other end'}                 | ${UIKind.Desktop} | ${'wsl'}            | ${ExtensionKind.Workspace} | ${'browser'}
    ${'into a container'}                           | ${UIKind.Desktop} | ${'dev-container'}  | ${ExtensionKind.UI}        | ${'desktop'}
    ${'into a container, at the other end'}         | ${UIKind.Desktop} | ${'dev-container'}  | ${ExtensionKind.Workspace} | ${'browser'}
    ${'into a codespace from the desktop'}          | ${UIKind.Desktop} | ${'codespaces'}     | ${ExtensionKind.UI}        | ${'desktop'}
    ${'in a browser'}                               | ${UIKind.Web}     | ${'127.0.0.1:8080'} | ${ExtensionKind.Workspace} | ${'browser'}
    ${'in a browser that says nothing of a remote'} | ${UIKind.Web}     | ${undefined}        | ${ExtensionKind.UI}        | ${'browser'}
  `('$window: $place', ({ uiKind, remoteName, kind, place }) => {
    expect(placeOf({ uiKind, remoteName }, kind)).toBe(place)
    Object.assign(env, { uiKind, remoteName })
    expect(launcher(kind).place()).toBe(place)
  })

  test.each(['desktop', 'browser'] as const)('as the person set it: %s', (openIn) => {
    editor.settings['billfold.openIn'] = { globalValue: openIn }
    expect(launcher().place()).toBe(openIn)
    Object.assign(env, { uiKind: UIKind.Web })
    expect(launcher(ExtensionKind.Workspace).place()).toBe(openIn)
  })

  test('what makes no sense is as if nothing was set', () => {
    editor.settings['billfold.openIn'] = { globalValue: 'moon' }
    expect(launcher().place()).toBe('desktop')
  })
})

describe('on the desktop', () => {
  test('the program is started with the view as an argument of its own, away from the open folder', async () => {
    const program = standIn('')
    installed(program.path)
    process.env['VSCODE_PID'] = '1'
    expect(await launcher().open('subscription')).toBe('program')
    delete process.env['VSCODE_PID']
    const [call] = program.calls()
    expect(call?.args).toEqual(['open', 'subscription'])
    expect(call?.cwd).not.toBe(process.cwd())
    expect(call?.env).not.toHaveProperty('VSCODE_PID')
    expect(editor.opened).toEqual([])
  })

  test('a program that cannot start is followed by the link', async () => {
    const program = standIn('process.exit(1)')
    installed(program.path)
    expect(await launcher().open('invoices')).toBe('link')
    expect(editor.opened).toEqual(['billfold://invoices'])
  })

  test('without a program there is the link', async () => {
    notInstalled()
    expect(await launcher().open('payment-methods')).toBe('link')
    expect(editor.opened).toEqual(['billfold://payment-methods'])
  })

  test('a link that nobody takes is followed by the portal', async () => {
    notInstalled()
    editor.settings['billfold.portalUrl'] = { globalValue: portal }
    editor.opens = (address) => address.startsWith('https:')
    expect(await launcher().open('subscription')).toBe('portal')
    expect(editor.opened).toEqual(['billfold://subscription', portal])
  })

  test('a system that throws is one that does not open', async () => {
    notInstalled()
    editor.opens = () => {
      throw new Error('no')
    }
    expect(await launcher().open('subscription')).toBe('not')
  })

  test.each([
    'http://billing.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://me:pw@billing.example/',
    'nonsense',
    '',
  ])('no portal is at %s', async (address) => {
    notInstalled()
    editor.settings['billfold.portalUrl'] = { globalValue: address }
    editor.opens = (asked) => !asked.startsWith('billfold:')
    expect(await launcher().open('subscription')).toBe('not')
    expect(editor.opened).toEqual(['billfold://subscription'])
  })

  test('a folder cannot say which program is started, nor where it opens', async () => {
    const [theirs, hostile] = [standIn(''), standIn('')]
    editor.settings['billfold.path'] = { globalValue: theirs.path, workspaceValue: hostile.path }
    editor.settings['billfold.openIn'] = { workspaceValue: 'browser' }
    expect(await launcher().open('overview')).toBe('program')
    expect(theirs.calls()).toHaveLength(1)
    expect(hostile.calls()).toEqual([])
  })

  test('a program that goes on is open', async () => {
    const program = standIn(
      "require('fs').writeFileSync(process.argv[1] + '.pid', String(process.pid)); setTimeout(() => {}, 400)",
    )
    installed(program.path)
    const opening = launcher().open('overview')
    await eventually('the program runs', () => program.calls().length === 1)
    expect(await opening).toBe('program')
  })
})

describe('where there is no screen', () => {
  beforeEach(() => void Object.assign(env, { uiKind: UIKind.Web, remoteName: '10.0.0.1' }))

  test('browser mode is asked for its address, and the browser gets one that it can reach', async () => {
    const program = standIn(serves)
    installed(program.path)
    editor.reach = (address) => address.replace('127.0.0.1:4711/', 'localhost:8080/proxy/4711/')
    expect(await launcher(ExtensionKind.Workspace).open('subscription')).toBe('program')
    expect(program.calls().map(({ args }) => args)).toEqual([
      ['open', 'subscription', '--no-open', '--json'],
    ])
    expect(editor.asked).toEqual([once])
    expect(editor.opened).toEqual([
      'http://localhost:8080/proxy/4711/#token=SECRET&open=subscription',
    ])
  })

  test('browser mode is told of the name that the editor forwards it under', async () => {
    const program = standIn(serves)
    installed(program.path)
    editor.reach = (address) =>
      address.replace('http://127.0.0.1:4711/', 'https://dev.example:8443/proxy/4711/')
    expect(await launcher(ExtensionKind.Workspace).open('subscription')).toBe('program')
    expect(program.calls().map(({ args }) => args)).toEqual([
      ['open', 'subscription', '--no-open', '--json'],
      [
        'open',
        'subscription',
        '--no-open',
        '--json',
        '--public-origin',
        'https://dev.example:8443',
      ],
    ])
    expect(editor.opened).toEqual([
      'https://dev.example:8443/proxy/4711/#token=SECRET&open=subscription',
    ])
  })

  test('a name that browser mode does not take is followed by the link', async () => {
    installed(standIn(`if (args.includes('--public-origin')) process.exit(2)\n${serves}`).path)
    editor.reach = (address) => address.replace('127.0.0.1:4711', 'dev.example')
    expect(await launcher(ExtensionKind.Workspace).open('subscription')).toBe('link')
    expect(editor.opened).toEqual(['billfold://subscription'])
  })

  test('a window that came to the front needs no address', async () => {
    installed(
      standIn(`console.log('{"schema":"billfold.open/1","program":"desktop","url":null}')`).path,
    )
    expect(await launcher(ExtensionKind.Workspace).open('overview')).toBe('program')
    expect(editor.opened).toEqual([])
  })

  test.each([
    [
      'another host',
      '{"schema":"billfold.open/1","program":"web","url":"http://evil.example/#token=x"}',
    ],
    [
      'a host that only begins like ours',
      '{"schema":"billfold.open/1","program":"web","url":"http://127.0.0.1.evil.example/"}',
    ],
    ['another scheme', '{"schema":"billfold.open/1","program":"web","url":"file:///etc/passwd"}'],
    [
      'a command of the editor',
      '{"schema":"billfold.open/1","program":"web","url":"command:workbench.action.quit"}',
    ],
    ['no address at all', '{"schema":"billfold.open/1","program":"web"}'],
    ['another schema', '{"schema":"billfold.open/2","program":"web","url":"http://127.0.0.1:1/"}'],
    ['no JSON', 'http://127.0.0.1:4711/#token=x'],
    ['nothing', ''],
  ])('an answer with %s is not opened', async (_, answer) => {
    installed(standIn(`console.log(${JSON.stringify(answer)})`).path)
    expect(await launcher(ExtensionKind.Workspace).open('subscription')).toBe('link')
    expect(editor.opened).toEqual(['billfold://subscription'])
  })

  test('what cannot be made reachable is followed by the link, without a word of the address', async () => {
    installed(standIn(serves).path)
    editor.opens = (address) => address.startsWith('billfold:')
    expect(await launcher(ExtensionKind.Workspace).open('subscription')).toBe('link')
    expect(editor.messages).toEqual([])
  })
})
