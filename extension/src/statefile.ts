/** Where Billfold writes its state, and the reading of it. */
import { open } from 'node:fs/promises'
import path from 'node:path'
import { sizeLimit } from './state'
import { type Surroundings, surroundings } from './program'

/** The state file of who has no data folder of their own; `billfold status --json` names it otherwise. */
export function usualStateFile({ platform, env, home }: Surroundings = surroundings()): string {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix
  const named = env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(named) ? named : usual(), 'billfold', 'state.json')

  function usual(): string {
    switch (platform) {
      case 'win32':
        return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local')
      case 'darwin':
        return join(home, 'Library', 'Application Support')
      default:
        return join(home, '.local', 'state')
    }
  }
}

/** The text of a state file; null when there is none, or what is there cannot be one. */
export async function readStateFile(file: string): Promise<string | null> {
  try {
    const opened = await open(file, 'r')
    try {
      const { size } = await opened.stat()
      return size > sizeLimit ? null : await opened.readFile('utf8')
    } finally {
      await opened.close()
    }
  } catch {
    return null
  }
}
