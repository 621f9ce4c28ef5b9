/** Which of many choices a few typed letters mean. */

export interface Option {
  value: string
  label: string
  /** Other names it is looked for by. */
  also?: readonly string[]
}

/** Without accents and capitals, as people type in a hurry. */
const folded = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()

/** 0 for a name that begins with the text, 1 where a word of it does, 2 elsewhere, 3 not at all. */
function distance(name: string, text: string): number {
  const at = name.indexOf(text)
  if (at < 0) return 3
  if (at === 0) return 0
  return name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(text)) ? 1 : 2
}

/** The options that match, the nearest first; all of them, in their order, for no text. */
export function matching<Of extends Option>(options: readonly Of[], typed: string): Of[] {
  const text = folded(typed)
  if (text === '') return [...options]
  return options
    .map((option) => {
      const names = [option.label, ...(option.also ?? [])].map(folded)
      const exact = folded(option.value) === text ? 0 : 3
      return { option, far: Math.min(exact, ...names.map((name) => distance(name, text))) }
    })
    .filter(({ far }) => far < 3)
    .sort((a, b) => a.far - b.far)
    .map(({ option }) => option)
}
