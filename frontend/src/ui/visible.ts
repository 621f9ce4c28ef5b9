/** Makes the characters that hide or rearrange text show themselves. */

const hidden =
  // eslint-disable-next-line no-control-regex -- these are the characters this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]/g

/**
 * Writes control characters as their pictures (␀) and the invisible ones that can
 * reorder or glue text as their code (‹U+202E›). Tabs and line feeds stay; joiners
 * stay too, since scripts and emoji need them.
 */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    if (code === 0x7f) return '\u2421'
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`
  })
}
