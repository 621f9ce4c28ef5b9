/** Everything the views read, made once and handed down by context. */
import { getContext, setContext } from 'svelte'
import { Account } from './account.svelte'
import { OpenInvoice } from './invoice.svelte'
import { Invoices } from './invoices.svelte'
import { Location } from './location.svelte'
import { Preferences } from './preferences.svelte'
import { Program } from './program.svelte'
import { Sync } from './sync.svelte'
import type { Backend } from '../api/backend'

export interface State {
  account: Account
  invoices: Invoices
  invoice: OpenInvoice
  location: Location
  preferences: Preferences
  program: Program
  sync: Sync
}

export function createState(backend: Backend): State {
  return {
    account: new Account(backend),
    invoices: new Invoices(backend),
    invoice: new OpenInvoice(backend),
    location: new Location(backend),
    preferences: new Preferences(backend),
    program: new Program(backend),
    sync: new Sync(backend),
  }
}

/** Begins to read and to listen; returns how to stop. */
export function startState(state: State): () => void {
  const stops = Object.values(state).map((part: { start(): () => void }) => part.start())
  return () => stops.forEach((stop) => stop())
}

const key = Symbol('state')

export const provideState = (state: State): State => setContext(key, state)
export const useState = (): State => getContext<State>(key)
