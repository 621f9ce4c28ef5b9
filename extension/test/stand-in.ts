/** A program that stands in for billfold: it notes how it was called, and does what it is told to. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export interface Call {
  args: string[]
  cwd: string
  env: Record<string, string>
}

export interface StandIn {
  folder: string
  path: string
  /** How it was called, in order. */
  calls: () => Call[]
}

/** `does` is JavaScript that runs in it, with `args` at hand. */
export function standIn(does: string): StandIn {
  const folder = mkdtempSync(path.join(tmpdir(), 'billfold-extension-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = path.join(folder, 'billfold')
  const notes = path.join(folder, 'calls')
  const note = `{ args, cwd: process.cwd(), env: process.env }`
  const text = `#!${process.execPath}
const args = process.argv.slice(2)
require('fs').appendFileSync(${JSON.stringify(notes)}, JSON.stringify(${note}) + '\\n')
${does}
`
  writeFileSync(program, text, { mode: 0o755 })
  const calls = (): Call[] =>
    existsSync(notes)
      ? readFileSync(notes, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Call)
      : []
  return { folder, path: program, calls }
}

/** Waits until something holds, and fails with its name where it never does. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
