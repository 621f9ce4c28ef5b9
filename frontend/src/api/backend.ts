/** What the window can ask of Billfold, whichever way the two are connected. */
import { withLists } from './lists'
import type {
  About,
  Code,
  Destination,
  Overview,
  Preferences,
  Problem,
  Scenario,
  SyncState,
} from './types'
import type {
  AtLogin,
  Note,
  Notification,
  NotificationSettings,
  NotificationWay,
  SupportCase,
} from './types-notice'
import type { LedgerFilter, LedgerPage } from './types-ledger'
import type { AccountsView, SignInState } from './types-signin'
import type { Standing } from './types-standing'
import type {
  ArchiveState,
  DocumentContent,
  DocumentRef,
  DocumentSelection,
  DocumentSettings,
  DocumentsState,
  NamePreview,
} from './types-documents'
import type {
  BillingDraft,
  BillingInformationView,
  BillingReview,
  BillingSaved,
  TaxIDChange,
  TaxIDDraft,
  TaxIDReplacement,
  TaxIDType,
} from './types-information'
import type {
  HandOffRequest,
  HandOffState,
  HandOffTicket,
  PaymentMethodsView,
  PlanView,
} from './types-portal'
import type {
  ExportRequest,
  ExportResult,
  InvoiceDetail,
  InvoiceFilter,
  InvoicePage,
  PaymentFilter,
  PaymentPage,
  Spending,
  SpendingFilter,
} from './types-history'

/** Events carry no data: they say what to read again. */
export type EventName = 'changed' | 'sync' | 'open' | 'documents' | 'handoff' | 'front' | 'signin'

/**
 * How the window reaches Billfold: live; stopped, while nothing answers; ended,
 * when what answers no longer knows this page.
 */
export type Link = 'live' | 'stopped' | 'ended'

/** One way of reaching Billfold. */
export interface Transport {
  /** Rejects with a Problem. */
  call(method: string, args: unknown[]): Promise<unknown>
  /** Returns how to stop listening. */
  listen(name: EventName, heard: () => void): () => void
  /** Whether there is a clipboard to be written to. */
  canCopy(): boolean
  /**
   * Puts a text that is still to come into the clipboard. It is not awaited before:
   * some browsers let only the press of a button itself reach the clipboard.
   */
  copy(text: Promise<string>): Promise<void>
  /** Tells the present link at once and every later one. */
  watchLink(changed: (link: Link) => void): () => void
}

/** A failed call. */
export class BackendError extends Error {
  readonly code: Code
  /** The part of what was entered that was refused, "" for none. */
  readonly field: string

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'BackendError'
    this.code = problem.code
    this.field = problem.field ?? ''
  }
}

/** Gives any thrown value as a Problem. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof BackendError || isProblem(thrown)) {
    return { code: thrown.code, message: thrown.message, field: thrown.field ?? '' }
  }
  return { code: 'internal', message: '', field: '' }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).message === 'string'
  )
}

/** The typed calls; each rejects with a BackendError. */
export class Backend {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  overview = () => this.#call<Overview>('Overview')
  standing = () => this.#call<Standing>('Standing')
  /** What is to be told now; each is given out once, so ask only when it can be told. */
  notifications = () => this.#call<Notification[]>('Notifications')
  notificationSettings = () => this.#call<NotificationSettings>('NotificationSettings')
  putAlarmAway = (key: string) => this.#call<void>('PutAlarmAway', key)
  showAlarmsAgain = () => this.#call<void>('ShowAlarmsAgain')
  setNotificationSettings = (settings: NotificationSettings) =>
    this.#call<void>('SetNotificationSettings', settings)
  notificationWay = () => this.#call<NotificationWay>('NotificationWay')
  /** Has the desktop show it. */
  notify = (note: Note) => this.#call<void>('Notify', note)
  /** The account as the vendor's support asks for it; nothing is sent. */
  support = () => this.#call<SupportCase>('Support')
  invoices = (filter: InvoiceFilter) => this.#call<InvoicePage>('Invoices', filter)
  invoice = (id: string) => this.#call<InvoiceDetail>('Invoice', id)
  payments = (filter: PaymentFilter) => this.#call<PaymentPage>('Payments', filter)
  spending = (filter: SpendingFilter) => this.#call<Spending>('Spending', filter)
  ledger = (filter: LedgerFilter) => this.#call<LedgerPage>('Ledger', filter)
  export = (request: ExportRequest) => this.#call<ExportResult>('Export', request)
  /** Shows the last export in its folder. */
  showExport = () => this.#call<void>('ShowExport')

  /** Starts saving and returns at once; its progress arrives by "documents" events. */
  saveDocuments = (selection: DocumentSelection) => this.#call<void>('SaveDocuments', selection)
  cancelDocuments = () => this.#call<void>('CancelDocuments')
  documentsState = () => this.#call<DocumentsState>('DocumentsState')
  /** Starts comparing what is saved with what was saved, and returns at once. */
  verifyDocuments = (repair: boolean) => this.#call<void>('VerifyDocuments', repair)
  documentContent = (of: DocumentRef) => this.#call<DocumentContent>('DocumentContent', of)
  openDocument = (of: DocumentRef) => this.#call<void>('OpenDocument', of)
  showDocument = (of: DocumentRef) => this.#call<void>('ShowDocument', of)
  /** Copies to a path, "" for the downloads folder; answers where it went. */
  copyDocument = (of: DocumentRef, path: string) => this.#call<string>('CopyDocument', of, path)
  documentSettings = () => this.#call<DocumentSettings>('DocumentSettings')
  setDocumentSettings = (settings: DocumentSettings) =>
    this.#call<void>('SetDocumentSettings', settings)
  previewNames = (settings: DocumentSettings) => this.#call<NamePreview>('PreviewNames', settings)
  /** Asks with the system's own dialog; "" when the person thought better of it. */
  chooseFolder = (start: string) => this.#call<string>('ChooseFolder', start)
  chooseFile = (suggested: string) => this.#call<string>('ChooseFile', suggested)
  archive = () => this.#call<ArchiveState>('Archive')
  forgetAccount = (keepArchive: boolean) => this.#call<void>('ForgetAccount', keepArchive)

  /** Where a hand-off would lead, and why; starts nothing. */
  planHandOff = (request: HandOffRequest) => this.#call<HandOffTicket>('PlanHandOff', request)
  /** Leads to the hosted pages; how it goes arrives by "handoff" events. */
  handOff = (request: HandOffRequest) => this.#call<HandOffTicket>('HandOff', request)
  handOffState = () => this.#call<HandOffState>('HandOffState')
  /** Looks for what changed, as if the browser had come back. */
  checkHandOff = () => this.#call<void>('CheckHandOff')
  cancelHandOff = () => this.#call<void>('CancelHandOff')
  /**
   * Puts the link into the clipboard, and nowhere else: who has it is let in. False
   * where there is no clipboard, or it refused.
   */
  copyHandOffLink = async (): Promise<boolean> => {
    // It is given once: not for a clipboard that is not there.
    if (!this.#transport.canCopy()) return false
    const link = this.#call<string>('CopyHandOffLink')
    try {
      await this.#transport.copy(link)
      return true
    } catch {
      await link
      return false
    }
  }

  /** Puts a text that is still to come into the clipboard; tells whether it is there. */
  copy = async (text: Promise<string>): Promise<boolean> => {
    try {
      if (this.#transport.canCopy()) await this.#transport.copy(text)
      else await text
      return this.#transport.canCopy()
    } catch {
      return false
    }
  }

  paymentMethods = () => this.#call<PaymentMethodsView>('PaymentMethods')
  /** Lets a subscription be charged to the customer's default again. */
  fixShadowedDefault = (subscription: string) =>
    this.#call<void>('FixShadowedDefault', subscription)
  setDefaultPaymentMethod = (method: string) => this.#call<void>('SetDefaultPaymentMethod', method)
  /** A subscription by its id; "" is the foremost. */
  plan = (subscription: string) => this.#call<PlanView>('Plan', subscription)

  billingInformation = () => this.#call<BillingInformationView>('BillingInformation')
  /** What saving a draft would do; sends nothing. */
  reviewBillingInformation = (draft: BillingDraft) =>
    this.#call<BillingReview>('ReviewBillingInformation', draft)
  saveBillingInformation = (draft: BillingDraft) =>
    this.#call<BillingSaved>('SaveBillingInformation', draft)
  taxIDTypes = () => this.#call<TaxIDType[]>('TaxIDTypes')
  addTaxID = (draft: TaxIDDraft) => this.#call<TaxIDChange>('AddTaxID', draft)
  replaceTaxID = (replacement: TaxIDReplacement) =>
    this.#call<TaxIDChange>('ReplaceTaxID', replacement)
  removeTaxID = (id: string) => this.#call<void>('RemoveTaxID', id)

  /** Starts a pull and returns at once; its progress arrives by "sync" events. */
  sync = () => this.#call<void>('Sync')
  /** Says that something happened after which new data are likely to be wanted. */
  look = () => this.#call<void>('Look')
  cancelSync = () => this.#call<void>('CancelSync')
  syncState = () => this.#call<SyncState>('SyncState')
  preferences = () => this.#call<Preferences>('Preferences')
  /** Whether the system starts Billfold when the person signs in to their computer. */
  atLogin = () => this.#call<AtLogin>('AtLogin')
  setAtLogin = (on: boolean) => this.#call<void>('SetAtLogin', on)
  setPreferences = (preferences: Preferences) => this.#call<void>('SetPreferences', preferences)
  scenarios = () => this.#call<Scenario[]>('Scenarios')
  openScenario = (name: string) => this.#call<void>('OpenScenario', name)
  about = () => this.#call<About>('About')
  /** What a link asked to show; empty once it was read. */
  destination = () => this.#call<Destination>('Destination')

  accounts = () => this.#call<AccountsView>('Accounts')
  /** Starts a sign-in and returns at once; its progress arrives by "signin" events. */
  signIn = (device: boolean) => this.#call<void>('SignIn', device)
  signInState = () => this.#call<SignInState>('SignInState')
  cancelSignIn = () => this.#call<void>('CancelSignIn')
  copySignInLink = () => this.#call<string>('CopySignInLink')
  switchAccount = (id: string) => this.#call<void>('SwitchAccount', id)
  /** Answers whether the vendor knows; what stays is all, documents or nothing. */
  signOut = (leave: string) => this.#call<boolean>('SignOut', leave)

  on = (name: EventName, heard: () => void) => this.#transport.listen(name, heard)
  watchLink = (changed: (link: Link) => void) => this.#transport.watchLink(changed)

  async #call<Answer>(method: string, ...args: unknown[]): Promise<Answer> {
    try {
      return withLists(await this.#transport.call(method, args)) as Answer
    } catch (thrown) {
      throw new BackendError(problemOf(thrown))
    }
  }
}
