import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Notifications, routeOf, type PageNotifications } from './notifications.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import type { NotificationKind } from '../api/types-notice'

interface Shown {
  title: string
  body: string | undefined
  onclick: (() => void) | null
}

let shown: Shown[] = []

/** A browser that has answered so when it was asked. */
function browser(permission: NotificationPermission): PageNotifications {
  class Page {
    static permission = permission
    static requestPermission = () => {
      Page.permission = 'granted'
      return Promise.resolve<NotificationPermission>('granted')
    }
    onclick = null
    close = () => {}
    constructor(title: string, options?: NotificationOptions) {
      shown.push(Object.assign(this, { title, body: options?.body }))
    }
  }
  return Page as unknown as PageNotifications
}

function tellers(permission: NotificationPermission) {
  const fake = fakeTransport('past_due')
  const notifications = new Notifications(new Backend(fake), browser(permission))
  notifications.wording = ({ kind, plan }) => ({ title: kind, body: plan })
  const asked = () => fake.calls.filter(({ method }) => method === 'Notifications').length
  return { fake, notifications, asked }
}

let stop = () => {}
beforeEach(() => (shown = []))
afterEach(() => {
  stop()
  window.location.hash = ''
})

test('what is due is shown once, and a click leads to its view', async () => {
  const { fake, notifications } = tellers('granted')
  stop = notifications.start()
  fake.notify({ kind: 'payment_failed' })
  await vi.waitFor(() => expect(shown).toHaveLength(1))
  fake.announce('changed')
  fake.notify({ kind: 'renewal' })
  await vi.waitFor(() =>
    expect(shown.map(({ title }) => title)).toEqual(['payment_failed', 'renewal']),
  )
  shown[0]?.onclick?.()
  expect(window.location.hash).toBe('#/standing')
})

test.each(['default', 'denied'] as const)(
  'with permission %s nothing is asked for, since asking would count as telling',
  async (permission) => {
    const { fake, notifications, asked } = tellers(permission)
    stop = notifications.start()
    fake.notify({})
    await vi.waitFor(() =>
      expect(fake.calls.filter(({ method }) => method === 'NotificationWay')).toHaveLength(2),
    )
    expect(asked()).toBe(0)
    expect(shown).toEqual([])
  },
)

test('once it is allowed, what waited is told', async () => {
  const { fake, notifications } = tellers('default')
  stop = notifications.start()
  fake.notify({ kind: 'access_lost' })
  await notifications.allow()
  await vi.waitFor(() => expect(shown.map(({ title }) => title)).toEqual(['access_lost']))
})

test('a browser without notifications has none, and asks for none', async () => {
  const fake = fakeTransport('past_due')
  const notifications = new Notifications(new Backend(fake), undefined)
  notifications.wording = () => ({ title: '', body: '' })
  await notifications.readSettings()
  expect(notifications.way).toBe('none')
  expect(notifications.heard).toBe(false)
})

test('a kind that is switched off is not told', async () => {
  const { fake, notifications } = tellers('granted')
  await notifications.readSettings()
  expect(await notifications.set({ off: ['renewal'] })).toBe(true)
  stop = notifications.start()
  fake.notify({ kind: 'renewal' })
  fake.notify({ kind: 'card_expires' })
  await vi.waitFor(() => expect(shown.map(({ title }) => title)).toEqual(['card_expires']))
})

test.each<[NotificationKind, string]>([
  ['access_lost', 'standing'],
  ['confirmation_needed', 'standing'],
  ['payment_failed', 'standing'],
  ['access_restored', 'invoice'],
  ['renewal', 'plan'],
  ['card_expires', 'payment-methods'],
  ['billing_data_incomplete', 'billing-information'],
])('%s is about the view %s', (kind, view) => {
  const told = { kind, invoice_id: 'in_1' } as Parameters<typeof routeOf>[0]
  expect(routeOf(told).view).toBe(view)
})
