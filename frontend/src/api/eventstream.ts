/**
 * Takes a text/event-stream apart as its pieces arrive. Only the names of events
 * matter here: Billfold's carry no data.
 * Source: HTML Living Standard, section 9.2 "Server-sent events".
 */
export class EventReader {
  readonly #heard: (name: string) => void
  #rest = ''
  #name = ''
  #hasData = false

  constructor(heard: (name: string) => void) {
    this.#heard = heard
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#take(line)
  }

  #take(line: string): void {
    if (line === '') {
      if (this.#hasData) this.#heard(this.#name || 'message')
      this.#name = ''
      this.#hasData = false
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    if (field === 'event') this.#name = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#hasData = true
  }
}
