/**
 * Stands in for Billfold in tests and in `npm run dev -- --mode fake`, where
 * `?account=NAME` in the address chooses the account. Never part of a release.
 */
import { canCopy, copy } from './clipboard'
import { fakeAccounts, type FakeAccount } from './fakeaccounts'
import { fakeNow } from './fakedata'
import { FakeDocuments } from './fakedocuments'
import { FakeSignIn } from './fakesignin'
import { FakeHandOff } from './fakehandoff'
import { detail, exported, page, payments, spending } from './fakehistory'
import { FakeInformation, taxIDTypes } from './fakeinformation'
import { FakePortal } from './fakeportal'
import { ledgerOf } from './fakeledger'
import { FakeNotice, supportOf } from './fakenotice'
import { standingOf } from './fakestanding'
import type { EventName, Link, Transport } from './backend'
import type { SignInState } from './types-signin'
import type { DocumentRef, DocumentSelection, DocumentSettings } from './types-documents'
import type { LedgerFilter } from './types-ledger'
import type { Notification, NotificationSettings } from './types-notice'
import type { ExportRequest, InvoiceFilter, PaymentFilter } from './types-history'
import type { BillingDraft, TaxIDDraft, TaxIDReplacement } from './types-information'
import type { HandOffRequest, HandOffState } from './types-portal'
import type { Destination, Preferences, Problem, SyncState } from './types'

const stepMs = 400

/** A stand-in whose faults and events a test can bring about. */
export interface FakeTransport extends Transport {
  announce(name: EventName): void
  setLink(link: Link): void
  /** Makes a method fail from now on, or work again with null. */
  fail(method: string, problem: Problem | null): void
  /** Makes the present hand-off go otherwise. */
  setHandOff(change: Partial<HandOffState>): void
  /** Makes something to tell. */
  notify(change: Partial<Notification>): void
  /** Takes a sign-in on. */
  setSignIn(state: Partial<SignInState>): void
  /** Another start of Billfold leads to a view, for another scenario or account if need be. */
  lead(destination: Destination, to?: { scenario?: string; account?: string }): void
  /** The calls so far, oldest first. */
  calls: { method: string; args: unknown[] }[]
}

export function fakeTransport(
  name = new URLSearchParams(window.location.search).get('account') ?? 'active',
): FakeTransport {
  return new Fake(name)
}

class Fake implements FakeTransport {
  canCopy = canCopy
  readonly copy = copy
  readonly calls: { method: string; args: unknown[] }[] = []
  readonly #failures = new Map<string, Problem>()
  readonly #listeners = new Map<EventName, Set<() => void>>()
  readonly #watchers = new Set<(link: Link) => void>()
  #account: FakeAccount
  #atLogin = false
  #preferences: Preferences = { theme: 'system', language: 'system', welcomed: true }
  #documents: FakeDocuments
  readonly #signIn: FakeSignIn
  #portal: FakePortal
  #handOff: FakeHandOff
  #information: FakeInformation
  readonly #notice = new FakeNotice()
  #destination: Destination = { view: '', id: '' }
  readonly #alarmsAway = new Set<string>()
  #sync: SyncState
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(name: string) {
    this.#account = open(name)
    this.#documents = this.#vault(name)
    this.#signIn = new FakeSignIn(name, () => this.announce('signin'))
    this.#portal = new FakePortal(name, this.#account)
    this.#handOff = this.#handingOff(name)
    this.#information = new FakeInformation(this.#account)
    this.#sync = syncOf(name, this.#account)
    this.#preferences.welcomed = name !== 'first_start'
  }

  async call(method: string, args: unknown[]): Promise<unknown> {
    this.calls.push({ method, args })
    const failure = this.#failures.get(method)
    if (failure) throw failure
    // Through JSON, as on the wire: the window never shares an object with the backend.
    const answer: unknown = this.#answer(method, args)
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer))
  }

  listen(name: EventName, heard: () => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(heard))
    return () => listeners.delete(heard)
  }

  watchLink(changed: (link: Link) => void): () => void {
    this.#watchers.add(changed)
    changed('live')
    return () => this.#watchers.delete(changed)
  }

  announce(name: EventName): void {
    for (const heard of this.#listeners.get(name) ?? []) heard()
  }

  setLink(link: Link): void {
    for (const changed of this.#watchers) changed(link)
  }

  fail(method: string, problem: Problem | null): void {
    if (problem) this.#failures.set(method, problem)
    else this.#failures.delete(method)
  }

  setSignIn(state: Partial<SignInState>): void {
    this.#signIn.set(state)
  }

  lead(
    destination: Destination,
    { scenario, account }: { scenario?: string; account?: string } = {},
  ): void {
    if (scenario) this.#open(scenario)
    if (account) this.#answer('SwitchAccount', [account])
    this.#destination = destination
    this.announce('open')
  }

  setHandOff(change: Partial<HandOffState>): void {
    this.#handOff.set(change)
  }

  notify(change: Partial<Notification>): void {
    this.#notice.due(change)
    this.announce('changed')
  }

  #answer(method: string, args: unknown[]): unknown {
    switch (method) {
      case 'Overview':
        return this.#account.overview
      case 'Standing':
        return standingOf(this.#account.overview)
      case 'Invoices':
        return page(this.#account, args[0] as InvoiceFilter, this.#documents.of)
      case 'Invoice':
        return detail(this.#account, args[0] as string, this.#documents.of)
      case 'Payments':
        return payments(this.#account, args[0] as PaymentFilter)
      case 'Spending':
        return spending(this.#account, (args[0] as { months: number }).months)
      case 'Ledger':
        return ledgerOf(this.#account, args[0] as LedgerFilter, this.#alarmsAway)
      case 'Export':
        return exported(this.#account, args[0] as ExportRequest, this.#documents.of)
      case 'Sync':
        return this.#pull()
      case 'Look':
        return undefined
      case 'CancelSync':
        return this.#cancel()
      case 'SyncState':
        return this.#sync
      case 'Preferences':
        return this.#preferences
      case 'SetPreferences':
        this.#preferences = args[0] as Preferences
        return undefined
      case 'AtLogin':
        return { offered: true, on: this.#atLogin }
      case 'SetAtLogin':
        this.#atLogin = args[0] as boolean
        return undefined
      case 'Scenarios':
        return Object.keys(fakeAccounts).map((name) => ({ name, description: descriptions[name] }))
      case 'OpenScenario':
        return this.#open(args[0] as string)
      case 'About':
        return { version: '0.0.0', data_dir: '/home/ada/.local/share/billfold', notices: [] }
      case 'Destination':
        return this.#destination
      default:
        return this.#answerOfDocuments(method, args)
    }
  }

  #answerOfDocuments(method: string, args: unknown[]): unknown {
    const vault = this.#documents
    switch (method) {
      case 'SaveDocuments':
        return vault.save(args[0] as DocumentSelection)
      case 'CancelDocuments':
        return vault.cancel()
      case 'DocumentsState':
        return vault.state()
      case 'VerifyDocuments':
        return vault.verify(args[0] as boolean)
      case 'DocumentContent':
        return vault.content(args[0] as DocumentRef)
      case 'OpenDocument':
      case 'ShowDocument':
      case 'ShowExport':
      case 'ForgetAccount':
        return undefined
      case 'CopyDocument':
        return (args[1] as string) || '/home/ada/Downloads/invoice.pdf'
      case 'DocumentSettings':
        return vault.settings()
      case 'SetDocumentSettings':
        return vault.setSettings(args[0] as DocumentSettings)
      case 'PreviewNames':
        return vault.preview(args[0] as DocumentSettings)
      case 'Archive':
        return vault.archive()
      case 'ChooseFolder':
      case 'ChooseFile':
        throw {
          code: 'invalid',
          message: 'A folder cannot be chosen in the browser: type its path.',
        } satisfies Problem
      default:
        return this.#answerOfPortal(method, args)
    }
  }

  #answerOfPortal(method: string, args: unknown[]): unknown {
    const [portal, handOff] = [this.#portal, this.#handOff]
    switch (method) {
      case 'PlanHandOff':
        return handOff.plan(args[0] as HandOffRequest)
      case 'HandOff':
        return handOff.start(args[0] as HandOffRequest)
      case 'HandOffState':
        return handOff.state()
      case 'CheckHandOff':
        return handOff.check()
      case 'CancelHandOff':
        return handOff.cancel()
      case 'CopyHandOffLink':
        return handOff.copyLink()
      case 'PaymentMethods':
        return portal.methods()
      case 'FixShadowedDefault':
        return this.#changed(portal.fix(args[0] as string))
      case 'SetDefaultPaymentMethod':
        return this.#changed(portal.setDefault(args[0] as string))
      case 'Plan':
        return portal.plan(args[0] as string)
      default:
        return this.#answerOfInformation(method, args)
    }
  }

  #answerOfInformation(method: string, args: unknown[]): unknown {
    const information = this.#information
    switch (method) {
      case 'BillingInformation':
        return information.view()
      case 'ReviewBillingInformation':
        return information.review(args[0] as BillingDraft)
      case 'SaveBillingInformation':
        return this.#changed(information.save(args[0] as BillingDraft))
      case 'TaxIDTypes':
        return taxIDTypes
      case 'AddTaxID':
        return this.#changed(information.add(args[0] as TaxIDDraft))
      case 'ReplaceTaxID':
        return this.#changed(information.replace(args[0] as TaxIDReplacement))
      case 'RemoveTaxID':
        return this.#changed(information.remove(args[0] as string))
      default:
        return this.#answerOfNotice(method, args)
    }
  }

  #answerOfNotice(method: string, args: unknown[]): unknown {
    switch (method) {
      case 'Notifications':
        return this.#notice.notifications()
      case 'NotificationSettings':
        return this.#notice.settings()
      case 'SetNotificationSettings':
        return this.#notice.setSettings(args[0] as NotificationSettings)
      case 'NotificationWay':
        return 'page'
      case 'PutAlarmAway':
        return void this.#alarmsAway.add(args[0] as string)
      case 'ShowAlarmsAgain':
        return this.#alarmsAway.clear()
      case 'Support':
        return supportOf(this.#account, standingOf(this.#account.overview))
      default:
        return this.#signIn.answer(method, args)
    }
  }

  /** After a write everything is read again. */
  #changed<Answer>(answer: Answer): Answer {
    this.announce('changed')
    return answer
  }

  #handingOff(name: string): FakeHandOff {
    return new FakeHandOff(name, this.#portal, (event) => this.announce(event))
  }

  #vault(name: string): FakeDocuments {
    return new FakeDocuments(name, this.#account, () => this.announce('documents'))
  }

  #open(name: string): void {
    this.#account = open(name)
    this.#documents = this.#vault(name)
    this.#portal = new FakePortal(name, this.#account)
    this.#handOff = this.#handingOff(name)
    this.#information = new FakeInformation(this.#account)
    this.#sync = syncOf(name, this.#account)
    this.announce('changed')
    this.announce('sync')
  }

  #cancel(): void {
    clearTimeout(this.#timer)
    this.#report({
      running: false,
      step: '',
      problem: { code: 'canceled', message: 'You stopped the sync.' },
    })
  }

  #pull(steps = ['connecting', 'account', 'invoices', 'invoices', 'payments', 'saving']): void {
    const [step, ...rest] = steps
    if (step === undefined) {
      this.#report({ running: false, step: '', done: 0, problem: null })
      this.announce('changed')
      return
    }
    const done = step === 'invoices' ? this.#sync.done + 620 : this.#sync.done
    this.#report({ running: true, step, done, problem: null })
    this.#timer = setTimeout(() => this.#pull(rest), stepMs)
  }

  #report(change: Partial<SyncState>): void {
    this.#sync = { ...this.#sync, ...change }
    this.announce('sync')
  }
}

const descriptions: Readonly<Record<string, string>> = {
  active: 'Pro, billed monthly, 18 months of invoices with tax, one card',
  new: 'Free plan, no card, no invoice yet',
  many: '10,000 invoices, two subscriptions, three currencies',
  hostile: 'Hostile strings in every text field',
  past_due: 'A declined card and an open invoice',
  ending: 'A subscription that was cancelled and runs out',
  offline: 'The server cannot be reached',
  states: 'One invoice of every kind and status',
  vault: 'Nothing saved yet, and the question whether to',
  first_pull: 'The very first sync, still running',
  signed_out: 'Nobody is signed in, and nothing was ever synced',
}

function open(name: string): FakeAccount {
  const make = fakeAccounts[name] ?? fakeAccounts.active
  if (!make) throw new Error('the stand-in has no accounts')
  return make()
}

function syncOf(name: string, { overview }: FakeAccount): SyncState {
  const idle: SyncState = {
    running: false,
    step: '',
    done: 0,
    problem: null,
    attempted_at: fakeNow,
    synced_at: overview.synced_at,
  }
  if (name === 'first_pull') return { ...idle, running: true, step: 'invoices', done: 1240 }
  if (name === 'offline') {
    return { ...idle, problem: { code: 'offline', message: 'The server could not be reached.' } }
  }
  return idle
}
