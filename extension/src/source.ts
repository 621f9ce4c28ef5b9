/**
 * Keeps what is shown fresh: from the state file whenever that changes, and from
 * the command where the file is missing or old.
 */
import { isDeepStrictEqual } from 'node:util'
import * as vscode from 'vscode'
import type { Ended, Program } from './program'
import { type State, readState, stateOf } from './state'
import { readStateFile, usualStateFile } from './statefile'
import { FileWatch } from './watch'

/** What is known: a state, or why there is none. */
export type Known =
  | { kind: 'state'; state: State }
  /** Billfold is not installed where it was looked for. */
  | { kind: 'missing' }
  /** Billfold was asked and could not say; the sentence is its own, and may be ''. */
  | { kind: 'silent'; complaint: string }
  | { kind: 'waiting' }

/** How old a copy may get before the command is asked to look for something new. */
const ageLimit = 60 * 60
/** The least time between two askings, in seconds. */
const pause = 10 * 60
const turnMs = 60_000

/** The exit codes of `status` with which it has shown how things stand. */
const answered: readonly (number | null)[] = [0, 3, 4]

/** Where the state file was last, for the next start. */
const fileKey = 'stateFile'

export class Source {
  #known: Known = { kind: 'waiting' }
  readonly #changes = new vscode.EventEmitter<Known>()
  readonly onDidChange = this.#changes.event

  readonly #memory: vscode.Memento
  readonly #program: () => Program | null
  #file: string
  #watch: FileWatch
  readonly #timer: NodeJS.Timeout
  #askedAt = 0
  /** The file was there when it was last looked for. */
  #hadFile = false
  #asking: Promise<void> | null = null

  constructor(memory: vscode.Memento, program: () => Program | null) {
    this.#memory = memory
    this.#program = program
    this.#file = memory.get<string>(fileKey) ?? usualStateFile()
    this.#watch = this.#watchFile()
    this.#timer = setInterval(() => void this.refresh(), turnMs)
    this.#timer.unref()
  }

  get known(): Known {
    return this.#known
  }

  get state(): State | null {
    return this.#known.kind === 'state' ? this.#known.state : null
  }

  /** Reads the file, and asks the command where that is not enough. */
  async refresh(): Promise<void> {
    await this.#readFile()
    if (!this.#isOld()) return
    if (this.#asking || now() - this.#askedAt >= pause) await this.ask()
  }

  /** Asks the command now; one asking at a time. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  #watchFile(): FileWatch {
    return new FileWatch(this.#file, () => void this.refresh())
  }

  async #readFile(): Promise<void> {
    const text = await readStateFile(this.#file)
    const state = text === null ? null : readState(text, vscode.env.language)
    if (state && !this.#isNewerThan(state)) this.#tell({ kind: 'state', state })
    if (text === null && this.#hadFile) {
      // Somebody signed out: what is there now is for the command to say.
      this.#askedAt = 0
      this.#tell({ kind: 'waiting' })
    }
    this.#hadFile = text !== null
  }

  /** Another account's state is never older: it was written when that one was turned to. */
  #isNewerThan({ account, judgedAt }: State): boolean {
    const state = this.state
    return state !== null && state.account.id === account.id && state.judgedAt > judgedAt
  }

  /** Also what should have happened since makes a state old. */
  #isOld(): boolean {
    const state = this.state
    if (!state) return true
    const due = state.nextAt > state.judgedAt && state.nextAt <= now()
    return due || now() - state.asOf > ageLimit
  }

  async #ask(): Promise<void> {
    this.#askedAt = now()
    const program = this.#program()
    if (!program) {
      if (this.#known.kind !== 'state') this.#tell({ kind: 'missing' })
      return
    }
    this.#hear(await program.run(['status', '--json', '--max-age', '1h']))
    // The command may have made the file, and the folder that is to be watched.
    void this.#watch.look()
  }

  #hear({ code, output, complaint }: Ended): void {
    const status = answered.includes(code) ? parsed(output) : null
    const state = status && stateOf(status['state'], vscode.env.language)
    if (!state) {
      // What was last known is better than nothing, and says as of when it is.
      if (!this.state) this.#tell({ kind: 'silent', complaint })
      return
    }
    this.#follow(status['state_file'])
    this.#tell({ kind: 'state', state })
  }

  /** Watches the file that the command names, which depends on how it is set up. */
  #follow(file: unknown): void {
    if (typeof file !== 'string' || file === '' || file === this.#file) return
    this.#file = file
    this.#watch.dispose()
    this.#watch = this.#watchFile()
    void this.#memory.update(fileKey, file)
  }

  #tell(known: Known): void {
    if (isDeepStrictEqual(known, this.#known)) return
    this.#known = known
    this.#changes.fire(known)
  }

  dispose(): void {
    clearInterval(this.#timer)
    this.#watch.dispose()
    this.#changes.dispose()
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const now = (): number => Math.floor(Date.now() / 1000)
