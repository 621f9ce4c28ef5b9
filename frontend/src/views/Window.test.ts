import { render, screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Root from './Root.svelte'
import Window from './Window.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'
import { speak } from '../text/language.svelte'
import type { Scenario } from '../api/types'

function open(account: string, hash = '#/') {
  window.location.hash = hash
  const fake = fakeTransport(account)
  render(Window, { shared: createState(new Backend(fake)) })
  return fake
}

beforeEach(() => window.localStorage.clear())
afterEach(() => speak('system'))

describe('the overview', () => {
  test('has the four sections, who is signed in, and the age of the data', async () => {
    open('active')
    for (const name of [
      'Current Subscription',
      'Payment Method',
      'Billing Information',
      'Invoice History',
    ]) {
      expect(await screen.findByRole('region', { name })).toBeTruthy()
    }
    expect(screen.getByTestId('identity').textContent).toContain('Ada Lovelace')
    expect(screen.getByTestId('identity').textContent).toContain('Sandbox · active')
    expect(screen.getByTestId('as-of').textContent).toMatch(/As of .*UTC/)
    expect(screen.getByTestId('sandbox-badge').textContent).toContain('no real money')
    expect(screen.getAllByTestId('invoice-row')).toHaveLength(6)
  })

  test('says when is billed next and how much with tax', async () => {
    open('active')
    const next = await screen.findByTestId('next-billing')
    expect(next.textContent).toMatch(/December 1, 2026/)
    expect(next.textContent).toMatch(/24\.00/)
    expect(next.textContent).toMatch(/incl\. .*4\.00.* tax/)
  })

  test('says what is owed where nothing is amiss, and leads to the open invoices', async () => {
    open('states')
    const owed = await screen.findByTestId('owed')
    expect(owed.textContent).toMatch(/ owed on 2 invoices/)
    await userEvent.click(within(owed).getByTestId('owed-show'))
    await waitFor(() => expect(screen.getAllByTestId('invoice-row')).toHaveLength(2))
    expect((screen.getByLabelText('Status') as HTMLSelectElement).value).toBe('open')
  })

  test('tells of a failed payment once, and asks before it leads to the invoice to pay', async () => {
    const fake = open('past_due')
    const notice = await screen.findByTestId('standing')
    expect(notice.textContent).toMatch(/24\.00 for Pro did not go through/)
    expect(screen.queryByTestId('owed')).toBeNull()
    await userEvent.click(within(notice).getByRole('button', { name: /^Pay / }))
    await waitFor(() =>
      expect(fake.calls.findLast(({ method }) => method === 'PlanHandOff')?.args).toEqual([
        expect.objectContaining({ flow: 'pay-invoice', invoice_id: expect.stringMatching(/^in_/) }),
      ]),
    )
  })

  test('warns of a card that has expired', async () => {
    open('past_due')
    expect(await screen.findByText('This card has expired')).toBeTruthy()
    const card = screen.getByTestId('section-payment-method')
    expect(card.textContent).toContain('Set on the subscription')
  })

  test('has words for an account with nothing in it', async () => {
    open('new')
    expect(await screen.findByText('No payment method saved')).toBeTruthy()
    expect(screen.getByText('No invoices yet')).toBeTruthy()
    expect(screen.queryByTestId('owed')).toBeNull()
  })

  test('keeps the data while offline and says so', async () => {
    open('offline')
    const notice = await screen.findByTestId('notice')
    expect(notice.textContent).toContain('You are offline')
    expect(await screen.findByText('Pro')).toBeTruthy()
  })

  test('shows how the first pull goes', async () => {
    open('first_pull')
    expect((await screen.findByTestId('sync-progress')).textContent).toContain('1,240')
    expect(screen.getByTestId('as-of').textContent).toContain('Not synced yet')
    expect(screen.queryByText('No subscription')).toBeNull()
    expect(screen.queryByText('Unknown subscriber')).toBeNull()
    location.hash = '#/invoices'
    await screen.findByTestId('invoice-history')
    expect(screen.queryByText('No invoices yet')).toBeNull()
  })

  test('shows hostile text as text', async () => {
    open('hostile')
    await screen.findByTestId('next-billing')
    const section = screen.getByTestId('section-billing-information')
    expect(document.querySelector('#window script, section script')).toBeNull()
    expect(section.textContent).toContain('<script>alert(1)</script>')
    expect(document.body.textContent).not.toMatch(/[\u202a-\u202e]/)
    expect(section.querySelectorAll('bdi').length).toBeGreaterThan(0)
  })
})

describe('the focus', () => {
  test('goes to the view that opens, and back to the row one came from', async () => {
    open('active', '#/invoices')
    const rows = await screen.findAllByTestId('invoice-row')
    const link = within(rows[2] as HTMLElement).getByRole('link')
    link.focus()
    window.location.hash = link.getAttribute('href') ?? ''
    await screen.findByTestId('invoice-detail')
    await waitFor(() => expect(document.activeElement?.tagName).toBe('MAIN'))
    window.location.hash = '#/invoices'
    await screen.findAllByTestId('invoice-row')
    await waitFor(() => expect(document.activeElement?.tagName).toBe('A'))
  })
})

describe('syncing', () => {
  test('starts by button and by key, and can be cancelled', async () => {
    const fake = open('active')
    await userEvent.click(await screen.findByTestId('sync-button'))
    await screen.findByTestId('sync-progress')
    await userEvent.click(screen.getByTestId('sync-cancel'))
    expect((await screen.findByTestId('notice')).textContent).toContain('Sync was cancelled')
    await userEvent.keyboard('r')
    await screen.findByTestId('sync-progress')
    expect(fake.calls.filter((call) => call.method === 'Sync')).toHaveLength(2)
  })

  test.each(['focus', 'online'])(
    'looks for what is new on %s, once for all signs',
    async (event) => {
      const fake = open('active')
      await screen.findByText('Pro')
      const looks = () => fake.calls.filter((call) => call.method === 'Look').length
      expect(looks()).toBe(0)
      window.dispatchEvent(new Event(event))
      window.dispatchEvent(new Event(event))
      await waitFor(() => expect(looks()).toBe(1))
      await new Promise((passed) => setTimeout(passed, 300))
      expect(looks()).toBe(1)
    },
  )

  test('that cannot start says why', async () => {
    const fake = open('active')
    await screen.findByText('Pro')
    fake.fail('Sync', { code: 'busy', message: 'Another Billfold is syncing.' })
    await userEvent.click(screen.getByTestId('sync-button'))
    expect((await screen.findByTestId('notice')).textContent).toContain('Another Billfold')
  })

  test('a changed event reads the overview again', async () => {
    const fake = open('active')
    await screen.findByText('Pro')
    const reads = () => fake.calls.filter((call) => call.method === 'Overview').length
    const before = reads()
    fake.announce('changed')
    await waitFor(() => expect(reads()).toBe(before + 1))
  })
})

describe('the link to Billfold', () => {
  test('that is cut leaves the last state on screen', async () => {
    const fake = open('active')
    await screen.findByText('Pro')
    fake.setLink('stopped')
    expect((await screen.findByTestId('notice')).textContent).toContain('Billfold has stopped')
    expect(screen.getByText('Pro')).toBeTruthy()
    fake.setLink('live')
    await waitFor(() => expect(screen.queryByTestId('notice')).toBeNull())
  })

  test('that ended says how to start again', async () => {
    const fake = open('active')
    await screen.findByText('Pro')
    fake.setLink('ended')
    expect((await screen.findByTestId('session-ended')).textContent).toContain('billfold web')
  })

  test('that never gave an overview says what went wrong, with a way to try again', async () => {
    const fake = fakeTransport('active')
    fake.fail('Overview', { code: 'unreadable', message: 'The file cannot be read.' })
    window.location.hash = '#/'
    render(Window, { shared: createState(new Backend(fake)) })
    const notice = await screen.findByTestId('notice')
    expect(notice.textContent).toContain('The file cannot be read.')
    fake.fail('Overview', null)
    await userEvent.click(within(notice).getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('Pro')).toBeTruthy()
  })
})

describe('the invoice list', () => {
  test('holds 10,000 invoices but only those in sight', async () => {
    open('many', '#/invoices')
    await screen.findByText('10,000 invoices')
    const rows = await screen.findAllByTestId('invoice-row')
    expect(rows.length).toBeLessThan(60)
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001')
  })

  test('is searched from anywhere by the slash key', async () => {
    open('active')
    await screen.findByText('Pro')
    await userEvent.keyboard('/')
    const field = await screen.findByTestId('invoice-search')
    await waitFor(() => expect(document.activeElement).toBe(field))
    await userEvent.keyboard('0007')
    await waitFor(() => expect(screen.getAllByTestId('invoice-row')).toHaveLength(1))
    await userEvent.clear(field)
    await userEvent.type(field, 'nothing like it')
    expect(await screen.findByText('No invoice matches')).toBeTruthy()
  })

  test('opens an invoice, and Escape comes back', async () => {
    open('active', '#/invoices')
    const [row] = await screen.findAllByTestId('invoice-row')
    if (!row) throw new Error('no row')
    await userEvent.click(within(row).getByRole('link'))
    const detail = await screen.findByTestId('invoice-detail')
    expect(await within(detail).findByText('Billed to')).toBeTruthy()
    expect(detail.textContent).toContain('VAT 20% GB')
    await userEvent.keyboard('{Escape}')
    expect(await screen.findByTestId('invoice-history')).toBeTruthy()
  })

  test('says so when an invoice does not exist', async () => {
    open('active', '#/invoices/in_none')
    expect((await screen.findByTestId('notice')).textContent).toContain('no such invoice')
  })
})

test('the theme is painted at once and kept by the backend', async () => {
  const fake = open('active')
  await screen.findByText('Pro')
  const themes = screen.getByTestId('theme-switch')
  await userEvent.click(within(themes).getByRole('radio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(fake.calls.at(-1)).toEqual({
    method: 'SetPreferences',
    args: [{ theme: 'dark', language: 'system', welcomed: true }],
  })
})

test('another sandbox scenario replaces everything on screen', async () => {
  open('active')
  const trigger = await screen.findByTestId('scenario-menu')
  trigger.focus()
  await userEvent.keyboard('{Enter}')
  // jsdom places no menus, so to it the open one is hidden.
  const choices = await screen.findAllByRole('menuitemradio', { hidden: true })
  choices.find((choice) => choice.textContent?.includes('Free plan'))?.focus()
  await userEvent.keyboard('{Enter}')
  expect(await screen.findByText('No payment method saved')).toBeTruthy()
  expect(screen.getByTestId('scenario-menu').textContent).toContain('Sandbox · new')
})

test('the language that was chosen is on screen', async () => {
  const fake = fakeTransport('active')
  await fake.call('SetPreferences', [{ theme: 'system', language: 'de', welcomed: true }])
  window.location.hash = '#/'
  render(Root, { shared: createState(new Backend(fake)) })
  expect(await screen.findByRole('region', { name: 'Zahlungsmethode' })).toBeTruthy()
  expect(document.documentElement.lang).toBe('de')
})

describe('the welcome', () => {
  test('offers every scenario with what it is, and goes on with the one chosen', async () => {
    const fake = open('first_start')
    expect(await screen.findByRole('heading', { name: 'Welcome to Billfold' })).toBeTruthy()
    for (const { name, description } of (await fake.call('Scenarios', [])) as Scenario[]) {
      expect(screen.getByRole('button', { name: new RegExp(`^${name} `) }).textContent).toContain(
        description,
      )
    }
    await userEvent.click(screen.getByRole('button', { name: /^new / }))
    expect(await screen.findByText('No payment method saved')).toBeTruthy()
    expect(fake.calls).toContainEqual({
      method: 'SetPreferences',
      args: [{ theme: 'system', language: 'system', welcomed: true }],
    })
  })

  test('is out of the way with one click, and stays away', async () => {
    const fake = open('first_start')
    await userEvent.click(await screen.findByRole('button', { name: 'Go on with active' }))
    expect(await screen.findByRole('region', { name: 'Current Subscription' })).toBeTruthy()
    expect(await fake.call('Preferences', [])).toEqual({
      theme: 'system',
      language: 'system',
      welcomed: true,
    })
    expect(fake.calls.map(({ method }) => method)).not.toContain('OpenScenario')
  })
})
