/** The stand-in's hand-off: a browser opens by itself, and "I am done" is done at once. */
import { fakeNow } from './fakedata'
import type { FakePortal } from './fakeportal'
import type { Problem } from './types'
import type { HandOffFlow, HandOffRequest, HandOffState, HandOffTicket } from './types-portal'

const stepMs = 400

const whys: Readonly<Record<HandOffFlow, string>> = {
  'add-card': 'card_entry',
  'edit-card': 'card_entry',
  cancel: 'subscription_change',
  undo: 'subscription_change',
  'change-plan': 'subscription_change',
  home: 'everything_else',
  'pay-invoice': 'payment',
}

export class FakeHandOff {
  readonly #portal: FakePortal
  readonly #offline: boolean
  readonly #announce: (name: 'handoff' | 'changed') => void
  #request: HandOffRequest | null = null
  #state: HandOffState = none(0)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(name: string, portal: FakePortal, announce: (name: 'handoff' | 'changed') => void) {
    this.#portal = portal
    this.#offline = name === 'offline'
    this.#announce = announce
  }

  state = (): HandOffState => this.#state

  plan({ flow }: HandOffRequest): HandOffTicket {
    const { add_card, cancel, change_plan, known } = this.#portal.features
    const offered: Partial<Record<HandOffFlow, boolean>> = {
      'add-card': add_card,
      'edit-card': add_card,
      cancel,
      undo: cancel,
      'change-plan': change_plan,
    }
    const home = flow === 'edit-card' || flow === 'undo' || flow === 'home'
    return {
      flow,
      host: '127.0.0.1',
      why: whys[flow],
      lands: home ? 'home' : 'task',
      allowed: !known || (offered[flow] ?? true),
    }
  }

  start(request: HandOffRequest): HandOffTicket {
    const ticket = this.plan(request)
    if (!ticket.allowed) {
      const message = 'The vendor’s customer portal does not offer this.'
      throw { code: 'not_offered', message } satisfies Problem
    }
    this.#request = request
    const { flow, subscription_id, invoice_id } = request
    const started = { flow, subscription_id, invoice_id, started_at: fakeNow }
    this.set({ ...none(this.#state.number + 1), ...started, phase: 'preparing' })
    this.#later(() => {
      if (this.#offline) {
        const problem: Problem = { code: 'offline', message: 'The server could not be reached.' }
        return this.set({ phase: 'failed', problem, retry: true, support: 'help@ide.example' })
      }
      this.set({ phase: 'opened', host: ticket.host, certain: true, link_ready: true })
    })
    return ticket
  }

  check(): void {
    const request = this.#request
    if (!request) return
    this.set({ phase: 'checking', problem: null })
    this.#later(() => {
      const changes = this.#portal.visit(request)
      if (changes.length === 0) return this.set({ phase: 'nothing_yet', retry: true })
      this.set({ phase: 'changed', changes })
      this.#announce('changed')
    })
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#request = null
    this.set(none(this.#state.number))
  }

  copyLink(): string {
    if (!this.#state.link_ready) {
      const message = 'The link was given already. Ask for a new one.'
      throw { code: 'not_found', message } satisfies Problem
    }
    this.set({ link_ready: false })
    return 'http://127.0.0.1:4243/p/session/fake'
  }

  /** A test says how it goes. */
  set(change: Partial<HandOffState>): void {
    this.#state = { ...this.#state, ...change }
    this.#announce('handoff')
  }

  #later(then: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(then, stepMs)
  }
}

function none(number: number): HandOffState {
  return {
    number,
    phase: '',
    flow: '',
    subscription_id: '',
    invoice_id: '',
    host: '',
    certain: false,
    returned: false,
    link_ready: false,
    started_at: 0,
    returned_at: 0,
    changes: [],
    problem: null,
    support: '',
    retry: false,
  }
}
