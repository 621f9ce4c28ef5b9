/**
 * Finds the billfold program and starts it: without a shell, with its arguments as a
 * list, and away from the folder that is open.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { environment } from './environment'
import { visible } from './text'

/** How long a start is watched for an early end, in milliseconds; one that goes on longer is open. */
const settleMs = 20_000
/** How long the program may take for an answer: the first pull of a long history takes a while. */
const answerMs = 120_000
const answerLimit = 1 << 20

export interface Surroundings {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  home: string
}

export const surroundings = (): Surroundings => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
})

/** The end of a command: its exit code, or null where it did not start or not end in time. */
export interface Ended {
  code: number | null
  output: string
  /** The first sentence that it said of what went wrong, '' for none. */
  complaint: string
}

export class Program {
  readonly #around: Surroundings

  constructor(
    readonly path: string,
    around: Surroundings = surroundings(),
  ) {
    this.#around = around
  }

  /** Runs a command to its end. */
  run(args: readonly string[]): Promise<Ended> {
    const options = { ...this.#options(), timeout: answerMs, maxBuffer: answerLimit, shell: false }
    return new Promise((resolve) => {
      execFile(this.path, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
        resolve({ code, output: stdout, complaint: complaintOf(stderr) })
      })
    })
  }

  /** Starts a command that goes on without us; false when it ended at once, and badly. */
  start(args: readonly string[]): Promise<boolean> {
    const child = this.#spawn(args, 'ignore')
    child.unref()
    return new Promise((resolve) => {
      const patience = setTimeout(() => resolve(true), settleMs)
      ended(child).then((code) => {
        clearTimeout(patience)
        resolve(code === 0)
      })
    })
  }

  /** Starts a command that prints one JSON object and may go on; null when it prints none. */
  ask(args: readonly string[]): Promise<unknown> {
    const child = this.#spawn(args, 'pipe')
    return new Promise((resolve) => {
      const settle = (answer: unknown): void => {
        clearTimeout(patience)
        child.stdout?.destroy()
        child.unref()
        resolve(answer)
      }
      const patience = setTimeout(() => settle(null), answerMs)
      let output = ''
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const answer = parsed(output)
        if (answer !== undefined || output.length > answerLimit) settle(answer ?? null)
      })
      child.once('error', () => settle(null))
      child.once('close', () => settle(parsed(output) ?? null))
    })
  }

  #spawn(args: readonly string[], stdout: 'ignore' | 'pipe'): ChildProcess {
    return spawn(this.path, [...args], {
      ...this.#options(),
      detached: true,
      shell: false,
      stdio: ['ignore', stdout, 'ignore'],
    })
  }

  /** On Windows a program is looked for where one is, too: that must not be the open folder. */
  #options(): { cwd: string; env: NodeJS.ProcessEnv; windowsHide: boolean } {
    return { cwd: this.#around.home, env: environment(this.#around.env), windowsHide: true }
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', (code) => resolve(code))
  })
}

/** A whole JSON object, or undefined while there is none. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function complaintOf(errors: string): string {
  const [first = ''] = errors.split('\n')
  return visible(first.replace(/^billfold: /, ''))
}

/** Where the program is: at the path that was set, else where programs are; null when it is not there. */
export function findProgram(configured: string, around = surroundings()): Program | null {
  const places = configured === '' ? candidates(around) : [expanded(configured, around)]
  const found = places.find((file) => pathOf(around).isAbsolute(file) && runs(file))
  return found === undefined ? null : new Program(found, around)
}

const pathOf = ({ platform }: Surroundings): path.PlatformPath =>
  platform === 'win32' ? path.win32 : path.posix

function expanded(configured: string, around: Surroundings): string {
  return /^~[/\\]/.test(configured)
    ? pathOf(around).join(around.home, configured.slice(2))
    : configured
}

/** Every folder of PATH, then those that a window started from a dock or menu does not have there. */
function candidates(around: Surroundings): string[] {
  const { platform, env, home } = around
  const join = pathOf(around).join
  const name = platform === 'win32' ? 'billfold.exe' : 'billfold'
  const listed = (env['PATH'] ?? env['Path'] ?? '').split(pathOf(around).delimiter)
  return [...listed, ...usual()]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))

  function usual(): string[] {
    switch (platform) {
      case 'win32':
        return [env['LOCALAPPDATA'] && join(env['LOCALAPPDATA'], 'Programs'), env['ProgramFiles']]
          .filter((folder) => folder !== undefined && folder !== '')
          .map((folder) => join(folder as string, 'Billfold'))
      case 'darwin':
        return [
          '/Applications/Billfold.app/Contents/MacOS',
          join(home, 'Applications/Billfold.app/Contents/MacOS'),
          '/opt/homebrew/bin',
          '/usr/local/bin',
        ]
      default:
        return ['/usr/bin', '/usr/local/bin', join(home, '.local/bin')]
    }
  }
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
