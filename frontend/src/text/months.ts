/** The names of months in what a person searches for. */
import { formattingLocale } from './locale'

const monthNames = (locale: string): string[] =>
  Array.from({ length: 12 }, (_, month) =>
    new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(
      Date.UTC(2026, month, 15),
    ),
  )

/** Without case and accents, as the search compares. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

/**
 * The search with the months of the person's language in English, in which the lists
 * know them. Three letters of a name are enough, with or without a full stop; what
 * could be the English name stays as it is.
 */
export function searchInEnglish(search: string, locale = formattingLocale()): string {
  if (!/\p{L}{3}/u.test(search)) return search
  const own = monthNames(locale).map(folded)
  const english = monthNames('en').map(folded)
  return search.replace(/\p{L}{3,}\.?/gu, (word) => {
    const begun = folded(word.replace('.', ''))
    if (begun.length < 3 || english.some((name) => name.startsWith(begun))) return word
    const months = own.flatMap((name, month) => (name.startsWith(begun) ? [month] : []))
    return months.length === 1 ? (english[months[0] as number] as string) : word
  })
}
