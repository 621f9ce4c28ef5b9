import { problemOf } from '../api/backend'
import type { Problem } from '../api/types'

/** Of the first page, which is read anew with every key of a search: a few screenfuls. */
const firstSize = 100
const pageSize = 200
const largestPage = 500

/** One page of a list as the backend gives it. */
export interface Page<Row> {
  rows: Row[]
  next: string
  total: number
}

type ReadPage<Choice, Answer> = (choice: Choice, after: string, limit: number) => Promise<Answer>

/** A list of any length, read as far as it was scrolled, of what a choice matches. */
export class Paged<Row, Choice extends object, Answer extends Page<Row> = Page<Row>> {
  choice: Choice = $state.raw() as Choice
  /** The choice that the rows answer; the present one's are still being read when it is another. */
  answered: Choice = $state.raw() as Choice
  rows: Row[] = $state.raw([])
  total = $state(0)
  /** True once an answer to the present choice is there. */
  known = $state(false)
  reading = $state(false)
  problem: Problem | null = $state.raw(null)
  /** The newest answer, for what it holds besides rows. */
  answer: Answer | null = $state.raw(null)
  /** Where the list was scrolled to, so that coming back finds the same place. */
  scrolledTo = 0
  /** The row that was last opened. */
  opened = 0
  readonly #everything: Choice
  readonly #page: ReadPage<Choice, Answer>
  #next = ''
  #asked = 0

  constructor(everything: Choice, page: ReadPage<Choice, Answer>) {
    this.choice = everything
    this.answered = everything
    this.#everything = everything
    this.#page = page
  }

  get more(): boolean {
    return this.#next !== ''
  }

  choose(change: Partial<Choice>): Promise<void> {
    this.choice = { ...this.choice, ...change }
    this.scrolledTo = 0
    this.opened = 0
    return this.#readFrom('')
  }

  /** Reads the first page unless it is there. */
  async open(): Promise<void> {
    if (!this.known) await this.#readFrom('')
  }

  /** Starts over, as after another account was opened. */
  reset(): void {
    this.#asked++
    this.choice = this.#everything
    this.rows = []
    this.answer = null
    this.known = false
    this.reading = false
    this.scrolledTo = 0
    this.opened = 0
  }

  async readMore(): Promise<void> {
    if (this.more && !this.reading && !this.problem) await this.#readFrom(this.#next)
  }

  /** Reads to the end of the list. */
  readAll(): Promise<void> {
    return this.#readUpTo(Infinity)
  }

  retry = () => this.#readFrom(this.rows.length > 0 ? this.#next : '')

  /** Reads as many rows as there are now, so that the list keeps its place. */
  async readAgain(): Promise<void> {
    if (this.known) await this.#readUpTo(Math.max(this.rows.length, firstSize))
  }

  #readUpTo(wanted: number): Promise<void> {
    return this.#reading(async () => {
      let page = await this.#page(this.choice, '', Math.min(wanted, largestPage))
      let rows = page.rows
      while (rows.length < wanted && page.next !== '') {
        const limit = Math.min(wanted - rows.length, largestPage)
        page = await this.#page(this.choice, page.next, limit)
        rows = [...rows, ...page.rows]
      }
      return { ...page, rows }
    })
  }

  #readFrom(after: string): Promise<void> {
    return this.#reading(async () => {
      const page = await this.#page(this.choice, after, after === '' ? firstSize : pageSize)
      return after === '' ? page : { ...page, rows: [...this.rows, ...page.rows] }
    })
  }

  /** Takes over what was read unless something else was asked for meanwhile. */
  async #reading(read: () => Promise<Answer>): Promise<void> {
    const asked = ++this.#asked
    this.reading = true
    try {
      const page = await read()
      if (asked !== this.#asked) return
      this.answered = this.choice
      this.rows = page.rows
      this.total = page.total
      this.answer = page
      this.#next = page.next
      this.known = true
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    } finally {
      if (asked === this.#asked) this.reading = false
    }
  }
}
