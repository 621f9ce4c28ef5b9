/** Everything the views read, made once and handed down by context. */
import { getContext, setContext } from 'svelte'
import { Account } from './account.svelte'
import { Documents } from './documents.svelte'
import { Exporting } from './exporting.svelte'
import { HandOff } from './handoff.svelte'
import { Information } from './information.svelte'
import { OpenInvoice } from './invoice.svelte'
import { Invoices } from './invoices.svelte'
import { MoneyTimeline } from './ledger.svelte'
import { Location } from './location.svelte'
import { Notifications } from './notifications.svelte'
import { PaymentMethods } from './methods.svelte'
import { Payments } from './payments.svelte'
import { OpenPlan } from './plan.svelte'
import { Preferences } from './preferences.svelte'
import { Preview } from './preview.svelte'
import { Program } from './program.svelte'
import { SignIn } from './signin.svelte'
import { Spending } from './spending.svelte'
import { StandingNow } from './standing.svelte'
import { Support } from './support.svelte'
import { Sync } from './sync.svelte'
import { TaxIDs } from './taxids.svelte'
import type { Backend } from '../api/backend'

export interface State {
  account: Account
  documents: Documents
  exporting: Exporting
  handOff: HandOff
  information: Information
  invoices: Invoices
  invoice: OpenInvoice
  ledger: MoneyTimeline
  location: Location
  methods: PaymentMethods
  notifications: Notifications
  payments: Payments
  plan: OpenPlan
  preferences: Preferences
  preview: Preview
  program: Program
  signIn: SignIn
  spending: Spending
  standing: StandingNow
  support: Support
  sync: Sync
  taxIDs: TaxIDs
}

export function createState(backend: Backend): State {
  const information = new Information(backend)
  const location = new Location(backend)
  location.hold = (to) => information.dirty && to.view !== 'billing-information'
  return {
    account: new Account(backend),
    documents: new Documents(backend),
    exporting: new Exporting(backend),
    handOff: new HandOff(backend),
    information,
    invoices: new Invoices(backend),
    invoice: new OpenInvoice(backend),
    ledger: new MoneyTimeline(backend),
    location,
    methods: new PaymentMethods(backend),
    notifications: new Notifications(backend),
    payments: new Payments(backend),
    plan: new OpenPlan(backend),
    preferences: new Preferences(backend),
    preview: new Preview(backend),
    program: new Program(backend),
    signIn: new SignIn(backend),
    spending: new Spending(backend),
    standing: new StandingNow(backend),
    support: new Support(backend),
    sync: new Sync(backend),
    taxIDs: new TaxIDs(backend),
  }
}

/** Begins to read and to listen; returns how to stop. */
export function startState(state: State): () => void {
  const stops = Object.values(state).map((part: { start(): () => void }) => part.start())
  return () => stops.forEach((stop) => stop())
}

/** Reads everything anew for another account: nothing of the one before may stay. */
export async function showAnother(state: State): Promise<void> {
  const { taxIDs, invoices, payments, spending, ledger } = state
  for (const part of [taxIDs, invoices, payments, spending, ledger]) part.reset()
  const { account, documents, handOff, information, methods, standing, sync } = state
  await Promise.all([
    ...[standing, documents, methods, information].map((part) => part.reset()),
    ...[account, sync, handOff].map((part) => part.read()),
  ])
}

const key = Symbol('state')

export const provideState = (state: State): State => setContext(key, state)
export const useState = (): State => getContext<State>(key)
