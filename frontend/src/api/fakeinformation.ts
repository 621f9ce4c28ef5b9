/** What the stand-in answers of billing information and tax ids, and how it changes them. */
import { fakeNow } from './fakedata'
import { change } from './fakeportal'
import type { FakeAccount } from './fakeaccounts'
import type { Address, Problem, TaxID, Upcoming } from './types'
import type {
  BillingDraft,
  BillingInformationView,
  BillingReview,
  BillingSaved,
  Difference,
  FirstInvoice,
  LackingInvoice,
  Missing,
  MissingKind,
  TaxIDChange,
  TaxIDDraft,
  TaxIDReplacement,
  TaxIDType,
} from './types-information'

const parts: readonly (keyof Address)[] = [
  'line1',
  'line2',
  'city',
  'state',
  'postal_code',
  'country',
]

/** Some of the types, by country; the whole table is the backend's. */
export const taxIDTypes: readonly TaxIDType[] = [
  { type: 'eu_vat', country: 'AT', example: 'ATU12345678', verified: true },
  { type: 'au_abn', country: 'AU', example: '12345678912', verified: true },
  { type: 'ch_vat', country: 'CH', example: 'CHE-123.456.789 MWST', verified: false },
  { type: 'eu_vat', country: 'DE', example: 'DE123456789', verified: true },
  { type: 'gb_vat', country: 'GB', example: 'GB123456789', verified: true },
  { type: 'in_gst', country: 'IN', example: '12ABCDE3456FGZH', verified: false },
  { type: 'us_ein', country: 'US', example: '12-3456789', verified: false },
]

export class FakeInformation {
  readonly #account: FakeAccount
  #count = 1

  constructor(account: FakeAccount) {
    this.#account = account
  }

  view(): BillingInformationView {
    const { billing_information: information, synced_at } = this.#account.overview
    return {
      ...information,
      first_invoice: this.#first(),
      preflight: this.#preflight(),
      lacking: this.#lacking(information),
      support: 'help@ide.example',
      synced_at,
    }
  }

  review(draft: BillingDraft): BillingReview {
    if (draft.address.line1 !== '' && draft.address.country === '') {
      refuse('address.country', 'An address needs its country.')
    }
    const differences = differencesOf(this.#account.overview.billing_information, draft)
    const review = { differences, first_invoice: this.#first(), lacking: this.#lacking(draft) }
    if (differences.length === 0) return { ...review, notes: ['nothing_changes'] }
    const notes: BillingReview['notes'] = ['future_invoices_only']
    if (!review.first_invoice) notes.push('none_expected')
    if (differences.some(({ field }) => field.startsWith('address.'))) notes.push('tax_may_change')
    return { ...review, notes }
  }

  save(draft: BillingDraft): BillingSaved {
    const { differences } = this.review(draft)
    Object.assign(this.#account.overview.billing_information, draft)
    const fields = differences.map(({ field }) => field)
    const changes = fields.length > 0 ? [change('billing_information_changed', { fields })] : []
    return { changes, lacking: this.#lacking(draft), ...this.#unchanged() }
  }

  add({ type, value }: TaxIDDraft): TaxIDChange {
    const known = taxIDTypes.find((one) => one.type === type)
    if (!known) refuse('type', 'There is no such type of tax ID.')
    if (value.trim() === '') refuse('value', 'Enter the tax ID.')
    const added: TaxID = {
      id: `txi_${++this.#count}`,
      type,
      value: value.trim(),
      country: known?.country ?? '',
      verification: known?.verified ? 'pending' : 'unavailable',
      created_at: fakeNow,
    }
    this.#account.overview.billing_information.tax_ids.push(added)
    return { tax_id: added, both_exist: false, old_id: '', problem: null, ...this.#unchanged() }
  }

  replace({ id, type, value }: TaxIDReplacement): TaxIDChange {
    const changed = this.add({ type, value })
    this.remove(id)
    return { ...changed, old_id: id }
  }

  remove(id: string): void {
    const { billing_information: information } = this.#account.overview
    information.tax_ids = information.tax_ids.filter((one) => one.id !== id)
  }

  #first(): FirstInvoice | null {
    const draft = this.#account.invoices.find(({ status }) => status === 'draft')
    if (draft) {
      const { id, number, subscription_id, created_at } = draft
      return { invoice_id: id, number, subscription_id, at: created_at + 3600, draft: true }
    }
    const next = this.#account.overview.subscriptions.find((one) => one.next_billing)
    if (!next?.next_billing) return null
    const at = next.next_billing.at + 3600
    return { invoice_id: '', number: '', subscription_id: next.id, at, draft: false }
  }

  #preflight(): Missing[] {
    const first = this.#first()
    if (!first) return []
    const { name, address, tax_ids } = this.#account.overview.billing_information
    const missing: Missing[] = []
    const add = (what: MissingKind, tax_id: TaxID | null = null) =>
      missing.push({ what, at: first.at, tax_id })
    if (name === '') add('name')
    if (parts.every((part) => address[part] === '')) add('address')
    else if (address.line1 === '' || address.city === '' || address.country === '') {
      add('address_incomplete')
    }
    if (tax_ids.length === 0) add('tax_id')
    for (const one of tax_ids) {
      if (one.verification === 'unverified') add('tax_id_unverified', one)
      if (one.verification === 'pending') add('tax_id_pending', one)
    }
    return missing
  }

  #lacking({ name, address }: BillingDraft): LackingInvoice[] {
    const { tax_ids } = this.#account.overview.billing_information
    return this.#account.invoices
      .filter(({ status }) => status !== 'draft' && status !== 'void')
      .slice(0, 100)
      .map(({ id, number, finalized_at: date, billed_to: shown }) => {
        const fields: string[] = []
        if (name !== '' && shown.name !== name) fields.push('name')
        const given = parts.some((part) => address[part] !== '')
        if (given && parts.some((part) => shown.address[part] !== address[part])) {
          fields.push('address')
        }
        const printed = new Set(shown.tax_ids.map(({ value }) => value))
        if (tax_ids.some(({ value }) => !printed.has(value))) fields.push('tax_ids')
        return { id, number, date, fields }
      })
      .filter(({ fields }) => fields.length > 0)
  }

  /** The stand-in computes no tax: the next bill stays as it is. */
  #unchanged(): { next_before: Upcoming | null; next_after: Upcoming | null } {
    const next = this.#account.overview.subscriptions[0]?.upcoming ?? null
    return { next_before: next, next_after: next }
  }
}

function differencesOf(before: BillingDraft, after: BillingDraft): Difference[] {
  return [
    { field: 'name', before: before.name, after: after.name },
    { field: 'phone', before: before.phone, after: after.phone },
    ...parts.map((part) => ({
      field: `address.${part}`,
      before: before.address[part],
      after: after.address[part],
    })),
  ].filter((one) => one.before !== one.after)
}

function refuse(field: string, message: string): never {
  throw { code: 'invalid', message, field } satisfies Problem
}
