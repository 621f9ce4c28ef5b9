/** Writes instants. Each function gives "" for an unknown one: 0 is never 1970. */
import { formattingLocale } from './locale'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let found = formats.get(key)
  if (!found) formats.set(key, (found = newFormat(options, locale)))
  return found
}

/** A zone this system does not know reads as UTC rather than as an error. */
function newFormat(options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  }
}

/** The largest number of milliseconds a Date can hold. */
const lastInstantMs = 8.64e15

function dateOf(at: number): Date | null {
  return at === 0 || Math.abs(at) * 1000 > lastInstantMs ? null : new Date(at * 1000)
}

/** The date of a document or period in its zone: "Nov 1, 2026". */
export function formatDate(at: number, zone: string, locale = formattingLocale()): string {
  const date = dateOf(at)
  return date ? format({ dateStyle: 'medium', timeZone: zone || 'UTC' }, locale).format(date) : ''
}

/** The same with the month in full, where there is room: "November 1, 2026". */
export function formatLongDate(at: number, zone: string, locale = formattingLocale()): string {
  const date = dateOf(at)
  return date ? format({ dateStyle: 'long', timeZone: zone || 'UTC' }, locale).format(date) : ''
}

/** A period in its zone, parts in common written once: "Nov 1 – Dec 1, 2026". */
export function formatPeriod(
  start: number,
  end: number,
  zone: string,
  locale = formattingLocale(),
): string {
  const [from, to] = [dateOf(start), dateOf(end)]
  if (!from || !to) return formatDate(start || end, zone, locale)
  return format({ dateStyle: 'medium', timeZone: zone || 'UTC' }, locale).formatRange(from, to)
}

/** An instant in the person's own zone, which is named: "Nov 23, 2026, 2:03 PM GMT+1". */
export function formatInstant(at: number, locale = formattingLocale()): string {
  const date = dateOf(at)
  return date ? format(instant, locale).format(date) : ''
}

const instant: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
}

/** An instant of today as its time alone, any other with its date, both with the zone. */
export function formatMoment(at: number, now: Date, locale = formattingLocale()): string {
  const date = dateOf(at)
  if (!date) return ''
  if (date.toDateString() !== now.toDateString()) return formatInstant(at, locale)
  return format({ hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }, locale).format(date)
}

/** A card's expiry: "04/27"; "" when it has none. */
export function formatExpiry(month: number, year: number): string {
  if (month < 1 || month > 12 || year < 1) return ''
  return `${String(month).padStart(2, '0')}/${String(year % 100).padStart(2, '0')}`
}

/** A month of a calendar: "Nov", with its year "Nov 2026", or in full "November 2026". */
export function formatMonth(
  year: number,
  month: number,
  look: 'short' | 'year' | 'long',
  locale = formattingLocale(),
): string {
  const options: Intl.DateTimeFormatOptions = {
    month: look === 'long' ? 'long' : 'short',
    timeZone: 'UTC',
    ...(look === 'short' ? {} : { year: 'numeric' }),
  }
  return format(options, locale).format(new Date(Date.UTC(year, month - 1, 15)))
}
