import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { standIn } from './stand-in'
import { environment } from '../src/environment'
import { findProgram, Program } from '../src/program'

const around = (home: string, env: NodeJS.ProcessEnv = {}) => ({
  platform: 'linux' as const,
  env,
  home,
})

describe('finding it', () => {
  test('the path that was set is the only one that is tried', () => {
    const { folder, path: program } = standIn('')
    const there = around(folder, { PATH: folder })
    expect(findProgram(program, there)?.path).toBe(program)
    expect(findProgram('/nowhere/billfold', there)).toBeNull()
  })

  test('~ is the home folder', () => {
    const { folder, path: program } = standIn('')
    expect(findProgram('~/billfold', around(folder))?.path).toBe(program)
  })

  test('PATH goes before the usual folders', () => {
    const [listed, home] = [standIn(''), standIn('')]
    const local = path.join(home.folder, '.local/bin')
    mkdirSync(local, { recursive: true })
    writeFileSync(path.join(local, 'billfold'), '#!/bin/sh\n', { mode: 0o755 })
    expect(findProgram('', around(home.folder, { PATH: listed.folder }))?.path).toBe(listed.path)
    const without = findProgram('', around(home.folder, { PATH: '/nowhere' }))?.path
    expect([
      path.join(local, 'billfold'),
      '/usr/bin/billfold',
      '/usr/local/bin/billfold',
    ]).toContain(without)
  })

  test.each(['.', 'bin', ''])(
    'a folder of PATH that depends on where one is (%j) does not count',
    (folder) => {
      const { folder: home } = standIn('')
      const before = process.cwd()
      process.chdir(home)
      try {
        mkdirSync('bin')
        writeFileSync('bin/billfold', '', { mode: 0o755 })
        expect(findProgram('', around('/nowhere', { PATH: folder }))?.path ?? '').not.toMatch(
          /^(\.|bin|billfold)/,
        )
        expect(findProgram('billfold', around('/nowhere'))).toBeNull()
        expect(findProgram('./billfold', around('/nowhere'))).toBeNull()
      } finally {
        process.chdir(before)
      }
    },
  )

  test('what cannot be run is not it', () => {
    const { folder, path: program } = standIn('')
    chmodSync(program, 0o600)
    // Root may read all, but runs only what is marked as a program.
    expect(findProgram(program, around(folder))).toBeNull()
    mkdirSync(path.join(folder, 'dir'))
    expect(findProgram(path.join(folder, 'dir'), around(folder))).toBeNull()
  })

  test('on Windows a path is looked for by its rules', () => {
    const there = { platform: 'win32' as const, env: { Path: '.;bin' }, home: 'C:\\Users\\ada' }
    expect(findProgram('', there)).toBeNull()
  })
})

describe('running it', () => {
  test('gives the exit code, what was printed, and the first sentence of what went wrong', async () => {
    const { path: program } = standIn(
      "console.log('{}'); console.error('billfold: The network is down.\\nTry again.'); process.exitCode = 4",
    )
    expect(await new Program(program).run(['status'])).toEqual({
      code: 4,
      output: '{}\n',
      complaint: 'The network is down.',
    })
  })

  test('arguments reach it as they are: no shell reads them', async () => {
    const { path: program, calls } = standIn('')
    const nasty = ['$(touch /tmp/x)', '; rm -rf .', '`id`', '"', '*', '']
    await new Program(program).run(nasty)
    await new Program(program).start(nasty)
    expect(calls().map(({ args }) => args)).toEqual([nasty, nasty])
  })

  test('a program that is not there ends with no code', async () => {
    const program = new Program('/nowhere/billfold')
    expect((await program.run([])).code).toBeNull()
    expect(await program.start([])).toBe(false)
    expect(await program.ask([])).toBeNull()
  })

  test('an answer that arrives in pieces is put together', async () => {
    const { path: program } = standIn(
      `process.stdout.write('{"a"'); setTimeout(() => process.stdout.write(': 1}'), 30); setTimeout(() => {}, 60_000)`,
    )
    expect(await new Program(program).ask([])).toEqual({ a: 1 })
  })

  test('a flood is not an answer', async () => {
    const { path: program } = standIn(
      `process.stdout.write('x'.repeat(2 << 20)); setTimeout(() => {}, 60_000)`,
    )
    expect(await new Program(program).ask([])).toBeNull()
    expect(
      (await new Program(standIn(`process.stdout.write('x'.repeat(2 << 20))`).path).run([])).code,
    ).toBeNull()
  })
})

describe('its environment', () => {
  test('has none of the editor in it', () => {
    const around = {
      HOME: '/h',
      ELECTRON_RUN_AS_NODE: '1',
      VSCODE_IPC_HOOK: 'x',
      NODE_OPTIONS: '-r x',
      BILLFOLD_TOKEN: 't',
    }
    expect(environment(around)).toEqual({ HOME: '/h', BILLFOLD_TOKEN: 't' })
  })

  test('is as it was before a snap changed it', () => {
    const around = {
      GTK_PATH: '/snap/gtk',
      GTK_PATH_VSCODE_SNAP_ORIG: '',
      XDG_DATA_DIRS: '/snap',
      XDG_DATA_DIRS_VSCODE_SNAP_ORIG: '/usr/share',
    }
    expect(environment(around)).toEqual({ XDG_DATA_DIRS: '/usr/share' })
  })
})
