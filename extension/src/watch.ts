/** Notices when a file is another one. */
import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'

/** How often one looks, in milliseconds: not every disk tells of changes, and no folder that is not there. */
const lookMs = 30_000
/** A replaced file tells of itself several times within that. */
const calmMs = 50

/** Calls `changed` after each change of a file, and when it comes or goes, until it is disposed of. */
export class FileWatch {
  readonly #file: string
  readonly #changed: () => void
  readonly #timer: NodeJS.Timeout
  #watcher: FSWatcher | null = null
  #calm: NodeJS.Timeout | undefined
  #seen = ''

  constructor(file: string, changed: () => void) {
    this.#file = file
    this.#changed = changed
    this.#timer = setInterval(() => void this.look(), lookMs)
    this.#timer.unref()
    void this.look()
  }

  /** Looks now. */
  async look(): Promise<void> {
    this.#listen()
    const seen = await markOf(this.#file)
    if (seen === this.#seen) return
    this.#seen = seen
    this.#changed()
  }

  /** The folder is watched, since a file that is replaced takes a watch on itself along. */
  #listen(): void {
    if (this.#watcher) return
    try {
      const name = path.basename(this.#file)
      const watcher = watch(path.dirname(this.#file), { persistent: false }, (_, changed) => {
        if (changed === null || changed === name) this.#soon()
      })
      watcher.on('error', () => this.#deaf())
      this.#watcher = watcher
    } catch {
      this.#watcher = null // the folder may come yet
    }
  }

  #soon(): void {
    clearTimeout(this.#calm)
    this.#calm = setTimeout(() => void this.look(), calmMs)
    this.#calm.unref()
  }

  #deaf(): void {
    this.#watcher?.close()
    this.#watcher = null
  }

  dispose(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#calm)
    this.#deaf()
  }
}

/** What tells one content of a file from another without reading it; '' for no file. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file)
    return [ino, size, mtimeMs].join(' ')
  } catch {
    return ''
  }
}
