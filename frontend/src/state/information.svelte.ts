import {
  adviceOn,
  changedFields,
  draftOf,
  faultsIn,
  inCountry,
  rebased,
  withValue,
  type Clash,
  type DraftField,
  type Fields,
} from './billingdraft'
import { problemOf, type Backend } from '../api/backend'
import { copyText, openMail } from '../api/outside'
import type { AddressForm } from './addressform'
import type { Address, Problem } from '../api/types'
import type {
  BillingDraft,
  BillingInformationView,
  BillingReview,
  BillingSaved,
} from '../api/types-information'

/** What invoices are made out to, and how changing it goes: facts, form, review, facts. */
export class Information {
  view: BillingInformationView | null = $state.raw(null)
  /** Why the facts could not be read; what was read before stays. */
  problem: Problem | null = $state.raw(null)

  step: 'facts' | 'form' | 'review' = $state('facts')
  draft: BillingDraft | null = $state.raw(null)
  /** What the draft's country asks for; null while that is read. */
  form: AddressForm | null = $state.raw(null)
  countries: readonly string[] = $state.raw([])
  /** What keeps the draft from being looked through. */
  faults: Fields = $state.raw({})
  /** What was changed elsewhere while it was being changed here. */
  clashes: Clash[] = $state.raw([])
  /** True once something untouched followed the server while the form was open. */
  followed = $state(false)
  review: BillingReview | null = $state.raw(null)
  saving = $state(false)
  /** Why looking through or saving did not work, as long as the draft is there. */
  refused: Problem | null = $state.raw(null)
  /** What saving brought about, until it is put away. */
  saved: BillingSaved | null = $state.raw(null)

  readonly #backend: Backend
  #base: BillingDraft | null = $state.raw(null)
  /** What an address was when another country was chosen, to have it back. */
  #left: Record<string, Address> = {}
  #wanted = false
  #reading = 0

  readonly advice = $derived(this.draft ? adviceOn(this.draft, this.form) : {})

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.#wanted) void this.read()
    })
  }

  /** Tells whether there is something that would be lost. */
  get dirty(): boolean {
    return this.#base !== null && this.draft !== null && this.changed.length > 0
  }

  get changed(): DraftField[] {
    return this.#base && this.draft ? changedFields(this.#base, this.draft) : []
  }

  read = async (): Promise<void> => {
    this.#wanted = true
    const reading = ++this.#reading
    try {
      const view = await this.#backend.billingInformation()
      if (reading !== this.#reading) return
      this.view = view
      this.problem = null
      if (!this.saving) await this.#follow()
    } catch (thrown) {
      if (reading === this.#reading) this.problem = problemOf(thrown)
    }
  }

  /** Another account was opened: nothing of this one stays. */
  async reset(): Promise<void> {
    this.discard()
    this.view = this.saved = null
    if (this.#wanted) await this.read()
  }

  edit = async (): Promise<void> => {
    if (!this.view || this.step !== 'facts') return
    this.#begin(draftOf(this.view))
    await this.#readForm(this.view.address.country)
  }

  set = (field: DraftField, value: string): void => {
    if (!this.draft) return
    if (field === 'address.country') return void this.#moveTo(value)
    this.draft = withValue(this.draft, field, value)
    this.#forgive(field)
  }

  /** Takes what the server has for a field that was changed on both sides. */
  takeTheirs = (clash: Clash): void => {
    this.clashes = this.clashes.filter(({ field }) => field !== clash.field)
    this.set(clash.field, clash.theirs)
  }

  discard = (): void => {
    this.draft = this.#base = this.review = this.refused = null
    this.faults = {}
    this.clashes = []
    this.#left = {}
    this.step = 'facts'
  }

  /** Goes on to the review, or tells what is wrong. */
  lookThrough = async (): Promise<boolean> => {
    if (!this.draft || !this.#base) return false
    this.refused = null
    this.faults = faultsIn(this.#base, this.draft, this.form)
    if (Object.keys(this.faults).length > 0) return false
    return this.#review()
  }

  back = (): void => {
    this.step = 'form'
    this.refused = null
  }

  /** Saves the draft; one that could not be saved stays as it is. */
  save = async (): Promise<boolean> => {
    if (!this.draft || this.saving) return false
    this.saving = true
    this.refused = null
    const [saved, problem] = await this.#send(this.draft)
    // What was saved is read before it is told, so that the facts are there with it.
    if (saved) await this.read()
    this.saving = false
    if (problem) {
      this.#refuse(problem)
      await this.read()
      return false
    }
    this.discard()
    this.saved = saved
    return true
  }

  copy = (text: string): Promise<boolean> => copyText(text)
  mail = (address: string): void => openMail(address)

  async #send(draft: BillingDraft): Promise<[BillingSaved | null, Problem | null]> {
    try {
      return [await this.#backend.saveBillingInformation(draft), null]
    } catch (thrown) {
      return [null, problemOf(thrown)]
    }
  }

  #begin(base: BillingDraft): void {
    this.discard()
    this.#base = this.draft = base
    this.saved = null
    this.followed = false
    this.step = 'form'
  }

  async #review(): Promise<boolean> {
    if (!this.draft) return false
    try {
      this.review = await this.#backend.reviewBillingInformation(this.draft)
      this.step = 'review'
      return true
    } catch (thrown) {
      this.#refuse(problemOf(thrown))
      return false
    }
  }

  /** What is about a field is said at the field, and so in the form. */
  #refuse(problem: Problem): void {
    this.refused = problem
    if (problem.field) this.step = 'form'
  }

  #forgive(field: DraftField): void {
    this.faults = { ...this.faults, [field]: '' }
    const about = this.refused?.field ?? ''
    if (about !== '' && (field === about || field.startsWith(`${about}.`))) this.refused = null
  }

  async #moveTo(country: string): Promise<void> {
    if (!this.draft) return
    const { address } = this.draft
    this.#left[address.country] = address
    this.draft = withValue(this.draft, 'address.country', country)
    this.#forgive('address.country')
    if (!(await this.#readForm(country)) || !this.form) return
    const back = this.#left[country] ?? this.draft.address
    const moved = inCountry({ ...this.draft.address, state: back.state }, this.form)
    this.draft = { ...this.draft, address: moved }
  }

  /** Tells whether the form that was read is still the one that is wanted. */
  async #readForm(country: string): Promise<boolean> {
    const { addressForm, countries } = await import('./addressform')
    const form = await addressForm(country)
    this.countries = countries
    if (this.draft?.address.country !== country) return false
    this.form = form
    return true
  }

  /** The draft goes on from what the server has now; nothing of the person's own is lost. */
  async #follow(): Promise<void> {
    if (!this.draft || !this.#base || !this.view) return
    const server = draftOf(this.view)
    const { draft, taken, clashes } = rebased(this.#base, this.draft, server)
    if (changedFields(this.#base, server).length === 0) return
    this.#base = server
    this.draft = draft
    this.followed ||= taken.length > 0
    this.clashes = clashes
    if (taken.includes('address.country')) await this.#readForm(draft.address.country)
    if (this.step !== 'review') return
    if (this.dirty) await this.#review()
    else this.#savedAfterAll()
  }

  /** An answer got lost on its way, and yet the server has what was sent. */
  #savedAfterAll(): void {
    const lacking = this.view?.lacking ?? []
    this.discard()
    this.saved = { changes: [], lacking, next_before: null, next_after: null }
  }
}
