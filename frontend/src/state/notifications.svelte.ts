import { problemOf, type Backend } from '../api/backend'
import { hrefOf, type Route } from './route'
import type { Problem } from '../api/types'
import type {
  AtLogin,
  Notification,
  NotificationSettings,
  NotificationWay,
} from '../api/types-notice'

/** How often time alone may have made something worth telling. */
const everyMs = 60_000

/** Says a notification in words; the window has them in its language. */
export type Wording = (told: Notification) => { title: string; body: string }

/** What of the browser is needed; tests hand in their own. */
export type PageNotifications = Pick<
  typeof globalThis.Notification,
  'permission' | 'requestPermission'
> &
  (new (
    title: string,
    options?: NotificationOptions,
  ) => Pick<InstanceType<typeof globalThis.Notification>, 'onclick' | 'close'>)

/** Tells what happened while nobody was looking, each thing once. */
export class Notifications {
  settings: NotificationSettings | null = $state.raw(null)
  /** Who is to be told must have Billfold running. */
  atLogin: AtLogin = $state.raw({ offered: false, on: false })
  problem: Problem | null = $state.raw(null)
  way: NotificationWay = $state('none')
  permission: NotificationPermission = $state('default')
  /** Set by the window as it is shown; without words nothing is told. */
  wording: Wording | null = null
  readonly #backend: Backend
  readonly #page: PageNotifications | undefined
  #telling: Promise<void> = Promise.resolve()

  constructor(backend: Backend, page = globalThis.Notification as PageNotifications | undefined) {
    this.#backend = backend
    this.#page = page
  }

  /** Whether a notification would be seen now. */
  get heard(): boolean {
    return this.way === 'system' || (this.way === 'page' && this.permission === 'granted')
  }

  start(): () => void {
    this.tell()
    const timer = setInterval(() => this.tell(), everyMs)
    const stop = this.#backend.on('changed', () => this.tell())
    return () => {
      clearInterval(timer)
      stop()
    }
  }

  /** One telling after the other, so that none overtakes. */
  tell(): void {
    this.#telling = this.#telling.then(() => this.#tell()).catch(() => {})
  }

  async readSettings(): Promise<void> {
    try {
      await this.#readWay()
      this.settings = await this.#backend.notificationSettings()
      this.atLogin = await this.#backend.atLogin()
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
  }

  /** Gives what the system will do then, whatever was asked for. */
  setAtLogin = async (on: boolean): Promise<boolean> => {
    try {
      await this.#backend.setAtLogin(on)
      this.problem = null
    } catch (thrown) {
      this.problem = problemOf(thrown)
    }
    this.atLogin = await this.#backend.atLogin().catch(() => this.atLogin)
    return this.atLogin.on
  }

  /** Tells whether the change was kept. */
  set = async (change: Partial<NotificationSettings>): Promise<boolean> => {
    if (!this.settings) return false
    try {
      await this.#backend.setNotificationSettings({ ...this.settings, ...change })
      this.settings = { ...this.settings, ...change }
      this.problem = null
      return true
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return false
    }
  }

  /** Browsers ask the person, and only after a press of a button. */
  allow = async (): Promise<void> => {
    if (!this.#page) return
    this.permission = await this.#page.requestPermission()
    this.tell()
  }

  async #readWay(): Promise<void> {
    const way = await this.#backend.notificationWay()
    this.way = way === 'page' && !this.#page ? 'none' : way
    this.permission = this.#page?.permission ?? 'denied'
  }

  /** What is given out counts as told: it is asked for only where it will be seen. */
  async #tell(): Promise<void> {
    await this.#readWay()
    if (!this.heard || !this.wording) return
    for (const told of await this.#backend.notifications()) {
      await this.#show(told, this.wording(told))
    }
  }

  async #show(told: Notification, { title, body }: { title: string; body: string }) {
    const route = routeOf(told)
    if (this.way === 'system') {
      await this.#backend.notify({ key: told.key, title, body, link: linkOf(route) })
      return
    }
    if (!this.#page) return
    const shown = new this.#page(title, { body, tag: told.key })
    shown.onclick = () => {
      window.focus()
      window.location.hash = hrefOf(route)
      shown.close()
    }
  }
}

/** The view that a notification is about. */
export function routeOf({ kind, invoice_id, subscription_id }: Notification): Route {
  switch (kind) {
    case 'access_lost':
    case 'confirmation_needed':
    case 'payment_failed':
      return { view: 'standing', part: null }
    case 'access_restored':
      return { view: 'invoice', id: invoice_id }
    case 'card_expires':
      return { view: 'payment-methods' }
    case 'billing_data_incomplete':
      return { view: 'billing-information', task: '' }
    default:
      return { view: 'plan', id: subscription_id }
  }
}

/** The same as links name it: an address without its "#/". */
const linkOf = (route: Route): string => hrefOf(route).slice('#/'.length)
