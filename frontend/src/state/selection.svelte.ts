// The set is replaced, never changed: an idle one of ten thousand costs nothing to watch.
/* eslint-disable svelte/prefer-svelte-reactivity */

/** Which rows of a list are selected, by id, as lists of files have it. */
export class Selection {
  ids: ReadonlySet<string> = $state.raw(new Set<string>())
  /** The row a range starts from, -1 when there is none. */
  #anchor = -1

  get count(): number {
    return this.ids.size
  }

  has(id: string): boolean {
    return this.ids.has(id)
  }

  clear(): void {
    if (this.ids.size > 0) this.ids = new Set()
    this.#anchor = -1
  }

  all(ids: string[]): void {
    this.ids = new Set(ids)
  }

  /** Adds the row, or takes it out again; a range starts from here. */
  toggle(ids: readonly string[], row: number): void {
    const id = ids[row]
    if (id === undefined) return
    const next = new Set(this.ids)
    if (!next.delete(id)) next.add(id)
    this.ids = next
    this.#anchor = row
  }

  /** Selects from the row where the range starts up to this one, beside what was selected before. */
  extend(ids: readonly string[], row: number, from = row): void {
    if (this.#anchor < 0) this.#anchor = from
    const [first, last] = [Math.min(this.#anchor, row), Math.max(this.#anchor, row)]
    this.ids = new Set([...this.ids, ...ids.slice(first, last + 1)])
  }
}
