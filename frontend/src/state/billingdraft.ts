/** What a person changes of their billing information, beside what it was: rules without input or output. */
import type { AddressForm, AddressPart } from './addressform'
import type { Address, BillingInformation } from '../api/types'
import type { BillingDraft } from '../api/types-information'

export type DraftField = 'name' | 'phone' | `address.${keyof Address}`

/** In the order of a form; the wire names a field of a problem the same way. */
export const draftFields: readonly DraftField[] = [
  'name',
  'phone',
  'address.line1',
  'address.line2',
  'address.city',
  'address.state',
  'address.postal_code',
  'address.country',
]

export type Fields = Partial<Record<DraftField, string>>

/** A field that was changed elsewhere while it was being changed here too. */
export interface Clash {
  field: DraftField
  theirs: string
}

export function draftOf({ name, phone, address }: BillingInformation): BillingDraft {
  return { name, phone, address: { ...address } }
}

const partOf = (field: DraftField) => field.slice('address.'.length) as keyof Address
const isPart = (field: DraftField) => field.startsWith('address.')

export function valueIn(draft: BillingDraft, field: DraftField): string {
  return isPart(field) ? draft.address[partOf(field)] : draft[field as 'name' | 'phone']
}

export function withValue(draft: BillingDraft, field: DraftField, value: string): BillingDraft {
  return isPart(field)
    ? { ...draft, address: { ...draft.address, [partOf(field)]: value } }
    : { ...draft, [field]: value }
}

const written = (draft: BillingDraft, field: DraftField) => valueIn(draft, field).trim()

/** The fields in which two drafts differ by more than the spaces around. */
export const changedFields = (before: BillingDraft, after: BillingDraft): DraftField[] =>
  draftFields.filter((field) => written(before, field) !== written(after, field))

export interface Rebased {
  draft: BillingDraft
  /** What came from the server because nothing was changed here. */
  taken: DraftField[]
  /** What was changed on both sides; the person's own stays. */
  clashes: Clash[]
}

/**
 * Puts a draft on what the server has now instead of what it began from: what the
 * person did not touch follows the server, what they did touch stays theirs.
 */
export function rebased(base: BillingDraft, draft: BillingDraft, server: BillingDraft): Rebased {
  const own = new Set(changedFields(base, draft))
  const moved = changedFields(base, server)
  const taken = moved.filter((field) => !own.has(field))
  const clashes = moved
    .filter((field) => own.has(field) && written(draft, field) !== written(server, field))
    .map((field) => ({ field, theirs: valueIn(server, field) }))
  const next = taken.reduce((made, field) => withValue(made, field, valueIn(server, field)), draft)
  return { draft: next, taken, clashes }
}

const addressFields = draftFields.filter(isPart)
const isEmptyAddress = (draft: BillingDraft) =>
  addressFields.every((field) => written(draft, field) === '')

/**
 * What keeps a draft from being saved: 'missing' for each field that is needed. What
 * was lacking before and is not touched now keeps nobody from changing the rest.
 */
export function faultsIn(
  base: BillingDraft,
  draft: BillingDraft,
  form: AddressForm | null,
): Fields {
  const faults: Fields = {}
  const changed = changedFields(base, draft)
  if (changed.includes('name') && written(draft, 'name') === '') faults.name = 'missing'
  if (!changed.some(isPart) || isEmptyAddress(draft)) return faults
  if (written(draft, 'address.country') === '') faults['address.country'] = 'missing'
  for (const { part, required } of form?.rows.flat() ?? []) {
    const field = `address.${part}` as const
    if (required && written(draft, field) === '') faults[field] = 'missing'
  }
  return faults
}

/** What looks wrong and may yet be right: it is said, and saved all the same. */
export function adviceOn(draft: BillingDraft, form: AddressForm | null): Fields {
  const advice: Fields = {}
  const code = written(draft, 'address.postal_code')
  if (code !== '' && form?.postalCode && !form.postalCode.test(code)) {
    advice['address.postal_code'] = 'form'
  }
  const phone = written(draft, 'phone')
  if (phone !== '' && (phone.match(/\d/g)?.length ?? 0) < 4) advice.phone = 'form'
  return advice
}

/** The form with what is filled in and this country does not ask for: nothing is saved unseen. */
export function wholeForm(form: AddressForm, address: Address): AddressForm {
  const shown = form.rows.flat().map(({ part }) => part)
  const more = (['city', 'state', 'postal_code'] as const)
    .filter((part) => !shown.includes(part) && address[part] !== '')
    .map((part) => [{ part, required: false, word: plainWords[part], choices: [] }])
  return more.length === 0 ? form : { ...form, rows: [...form.rows, ...more] }
}

const plainWords = { city: 'city', state: 'province', postal_code: 'postal' } as const

/** The address moved to another country: what that country has no place or no such choice for goes. */
export function inCountry(address: Address, form: AddressForm): Address {
  const fields = new Map(form.rows.flat().map((field) => [field.part, field]))
  const kept = (part: AddressPart) => {
    const field = fields.get(part)
    if (!field) return ''
    const { choices } = field
    const known = choices.length === 0 || choices.some(({ value }) => value === address[part])
    return known ? address[part] : ''
  }
  return {
    line1: address.line1,
    line2: address.line2,
    city: kept('city'),
    state: kept('state'),
    postal_code: kept('postal_code'),
    country: form.country,
  }
}
