/** The letter that asks a vendor for corrected invoices. */
import { addressLines } from './address'
import { formatLongDate } from './dates'
import { taxIDText } from './information'
import { formattingLocale } from './locale'
import { m } from './messages/messages.js'
import { formatCount } from './money'
import type { BillingInformation } from '../api/types'
import type { LackingInvoice } from '../api/types-information'

export interface Letter {
  subject: string
  text: string
}

const lackingWords: Readonly<Record<string, () => string>> = {
  name: m.lacking_name,
  address: m.lacking_address,
  tax_ids: m.lacking_tax_ids,
}

/** What an invoice shows that is not so today: "another name and another address". */
export function lackingText(fields: readonly string[]): string {
  const shown = fields.map((field) => lackingWords[field]?.() ?? field)
  return new Intl.ListFormat(formattingLocale()).format(shown)
}

/** Writes the letter for the invoices given, newest first. */
export function correctionLetter(
  invoices: readonly LackingInvoice[],
  information: BillingInformation,
  zone: string,
): Letter {
  const count = invoices.length
  const numbers = invoices[0]?.number ?? ''
  const listed = invoices.map(({ number, date, fields }) => {
    const lacking = lackingText(fields)
    return `- ${m.letter_line({ number, date: formatLongDate(date, zone), lacking })}`
  })
  const { name, email, address, tax_ids: taxIDs } = information
  const wanted = [name, ...addressLines(address), ...taxIDs.map(taxIDText)]
  const text = [
    m.letter_greeting(),
    [m.letter_ask({ count }), ...listed].join('\n'),
    [m.letter_data({ count }), ...wanted.filter((line) => line !== '')].join('\n'),
    email === '' ? '' : m.letter_account({ account: email }),
    [m.letter_thanks(), name].filter((line) => line !== '').join('\n'),
  ]
  return {
    subject: m.letter_subject({ count, number: formatCount(count), numbers }),
    text: text.filter((part) => part !== '').join('\n\n'),
  }
}

/** Longer addresses are cut by some mail programs, or not opened at all. */
const longestMail = 1900

const mailAddress = /^[^\s@<>?&"]+@[^\s@<>?&"]+\.[^\s@<>?&"]+$/

export const isMailAddress = (text: string): boolean => mailAddress.test(text)

/** A link that begins the letter in a mail program; one that would be too long leaves the text out. */
export function mailLink(to: string, { subject, text }: Letter): string {
  const start = `mailto:${strict(to).replaceAll('%40', '@')}?subject=${strict(subject)}`
  const whole = `${start}&body=${strict(text.replaceAll('\n', '\r\n'))}`
  return whole.length <= longestMail ? whole : start
}

/** Also what encodeURIComponent leaves as it is and a shell would read. */
const strict = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*~]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
