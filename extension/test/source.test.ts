import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type * as vscode from 'vscode'
import { failed, good, now } from './example'
import { anew, Memory } from './fake/vscode'
import { eventually, standIn } from './stand-in'
import { Program } from '../src/program'
import { Source } from '../src/source'

let memory: Memory

beforeEach(() => {
  anew()
  memory = new Memory()
})

/** A place for a state file, with a stand-in whose `status` prints what is in the file `says`. */
function place() {
  const program = standIn(
    `const says = __dirname + '/says'
if (require('fs').existsSync(says)) process.stdout.write(require('fs').readFileSync(says))
else { console.error('billfold: Nobody is signed in here.'); process.exit(1) }
process.exitCode = 3`,
  )
  const folder = path.join(program.folder, 'state')
  const file = path.join(folder, 'state.json')
  mkdirSync(folder)
  memory.kept.set('stateFile', file)
  return {
    ...program,
    file,
    /** As Billfold writes it: a whole file takes the place of the one before. */
    write: (value: unknown) => {
      writeFileSync(file + '.new', JSON.stringify(value))
      renameSync(file + '.new', file)
    },
    says: (state: unknown, at = file) =>
      writeFileSync(
        path.join(program.folder, 'says'),
        JSON.stringify({ schema: 'billfold.status/1', state, state_file: at }),
      ),
  }
}

function source(program: string | null): Source {
  const one = new Source(memory as unknown as vscode.Memento, () =>
    program === null ? null : new Program(program),
  )
  onTestFinished(() => one.dispose())
  return one
}

test('a fresh file is enough: the command is not asked', async () => {
  const at = place()
  at.write(good())
  const one = source(at.path)
  await one.refresh()
  expect(one.state?.plan).toBe('Pro')
  expect(at.calls()).toEqual([])
})

test('a file that is replaced is read at once', async () => {
  const at = place()
  at.write(good())
  const one = source(at.path)
  await one.refresh()
  const heard: string[] = []
  one.onDidChange((known) => heard.push(known.kind === 'state' ? known.state.level : known.kind))
  at.write(failed({ judged_at: now() + 1 }))
  await eventually('it is heard', () => heard.at(-1) === 'error')
  expect(at.calls()).toEqual([])
})

test('a file that comes later is found, and its folder too', async () => {
  const at = place()
  rmSync(path.dirname(at.file), { recursive: true })
  const one = source(null)
  await one.refresh()
  expect(one.known.kind).toBe('missing')
  mkdirSync(path.dirname(at.file))
  at.write(good())
  await one.refresh()
  expect(one.state?.plan).toBe('Pro')
})

test('a folder that the command has made is watched at once', async () => {
  const at = place()
  rmSync(path.dirname(at.file), { recursive: true })
  const program = standIn(
    `require('fs').mkdirSync(${JSON.stringify(path.dirname(at.file))}, { recursive: true })
console.log(${JSON.stringify(JSON.stringify({ state: good(), state_file: at.file }))})`,
  )
  const one = source(program.path)
  await one.refresh()
  at.write(failed({ judged_at: now() + 1 }))
  await eventually('it is heard', () => one.state?.level === 'error')
})

test('without a file the command is asked, once', async () => {
  const at = place()
  at.says(good())
  const one = source(at.path)
  await Promise.all([one.refresh(), one.refresh()])
  await one.refresh()
  expect(one.state?.plan).toBe('Pro')
  expect(at.calls().map(({ args }) => args)).toEqual([['status', '--json', '--max-age', '1h']])
})

test.each([
  ['is old', { as_of: 1000, judged_at: 1000 }],
  [
    'tells of something that was due since',
    {
      judged_at: now() - 100,
      standing: {
        state: 'good',
        cause: 'c',
        level: 'none',
        next_event: { kind: 'charge', at: now() - 50 },
      },
    },
  ],
])('a file that %s is shown until the command has said more', async (_, changes) => {
  const at = place()
  at.write(good(changes))
  at.says(failed())
  const one = source(at.path)
  const heard: string[] = []
  one.onDidChange((known) => heard.push(known.kind === 'state' ? known.state.level : known.kind))
  await one.refresh()
  expect(heard).toEqual(['none', 'error'])
  await one.refresh()
  expect(one.state?.level).toBe('error') // the older file does not come back
  expect(at.calls()).toHaveLength(1)
})

test('what is known stays when the command has no answer', async () => {
  const at = place()
  at.write(good({ as_of: 1000, judged_at: 1000 }))
  const one = source(at.path)
  await one.refresh()
  expect(one.state?.plan).toBe('Pro')
})

test('where nothing is known the sentence of the command is', async () => {
  const at = place()
  const one = source(at.path)
  await one.refresh()
  expect(one.known).toEqual({ kind: 'silent', complaint: 'Nobody is signed in here.' })
})

test('a file that is taken away ends what was shown', async () => {
  const at = place()
  at.write(good())
  const one = source(at.path)
  await one.refresh()
  rmSync(at.file)
  await one.refresh()
  expect(one.known).toEqual({ kind: 'silent', complaint: 'Nobody is signed in here.' })
})

test("another account's file counts, however old it is", async () => {
  const at = place()
  at.write(good())
  const one = source(at.path)
  await one.refresh()
  at.write(good({ account: { id: 'a2', label: 'Other' }, judged_at: now() - 1000 }))
  await one.refresh()
  expect(one.state?.account.id).toBe('a2')
})

test('the file that the command names is followed, also after a reload', async () => {
  const at = place()
  const elsewhere = path.join(at.folder, 'elsewhere.json')
  at.says(good(), elsewhere)
  const one = source(at.path)
  await one.refresh()
  expect(memory.get('stateFile')).toBe(elsewhere)
  writeFileSync(elsewhere, JSON.stringify(failed({ judged_at: now() + 1 })))
  await eventually('it is read', () => one.state?.level === 'error')
})

test('a file of strangers that is half written, too large or no file is passed over', async () => {
  const at = place()
  at.says(good())
  writeFileSync(at.file, JSON.stringify(failed()).slice(0, 100))
  const one = source(at.path)
  await one.refresh()
  expect(one.state?.level).toBe('none')
  writeFileSync(at.file, JSON.stringify(failed({ extra: 'x'.repeat(100_000) })))
  await one.refresh()
  expect(one.state?.level).toBe('none')
  expect(readFileSync(at.file).length).toBeGreaterThan(65_536)
})
