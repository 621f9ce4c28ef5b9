/** Makes strangers' text safe for the places of the editor that it is shown in. */

/** The longest text that is shown, in characters. */
const longest = 400

/** Control characters, and marks that would turn the direction of what stands around them. */
const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/** One line that shows all it holds. */
export function visible(text: string): string {
  const line = text.replace(unseen, ' ').trim()
  const characters = [...line]
  return characters.length > longest ? characters.slice(0, longest - 1).join('') + '…' : line
}

/** At most so many characters of a text. */
export function short(text: string, most: number): string {
  const characters = [...text]
  return characters.length > most ? characters.slice(0, most - 1).join('') + '…' : text
}

/** For a label in which `$(name)` would become an icon. */
export const withoutIcons = (text: string): string => text.replaceAll('$(', '\\$(')

/** For a message in which `[text](command:...)` would become a link. */
export const withoutLinks = (text: string): string => text.replaceAll('](', '] (')
