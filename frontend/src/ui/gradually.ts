/** Lets many things begin to exist over several frames, so that no frame comes late. */

interface Keyed {
  key: unknown
}

/** Of what is wanted, in its order: all that is there already, and the first few that are not. */
export function admit<Item extends Keyed>(
  there: readonly Item[],
  wanted: readonly Item[],
  atOnce: number,
): Item[] {
  const keys = new Set(there.map(({ key }) => key))
  let left = atOnce
  return wanted.filter(({ key }) => keys.has(key) || left-- > 0)
}
