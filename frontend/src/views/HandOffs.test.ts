import { render, screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import Window from './Window.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'

function open(account: string, hash = '#/payment-methods') {
  window.location.hash = hash
  const fake = fakeTransport(account)
  const state = createState(new Backend(fake))
  render(Window, { shared: state })
  return { fake, state }
}

/** Presses a button that leads to the hosted pages, and says yes. */
async function go(testid: string) {
  await userEvent.click(await screen.findByTestId(testid))
  await screen.findByTestId('handoff-host')
  await userEvent.click(screen.getByTestId('handoff-open'))
  await inPhase('opened')
}

const inPhase = (phase: string) =>
  waitFor(() => expect(screen.getByTestId('handoff-strip').dataset.phase).toBe(phase))

beforeEach(() => window.localStorage.clear())
afterEach(() => vi.restoreAllMocks())

describe('a hand-off', () => {
  test('says first where it leads and why, and starts nothing before', async () => {
    const { fake } = open('active')
    await userEvent.click(await screen.findByTestId('add-card'))
    expect((await screen.findByTestId('handoff-host')).textContent).toContain('127.0.0.1')
    expect(screen.getByTestId('handoff-why').textContent).toMatch(/never here/)
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByTestId('handoff-dialog')).toBeNull())
    expect(fake.calls.some(({ method }) => method === 'HandOff')).toBe(false)
  })

  test('tells what changed, and is put away', async () => {
    open('active')
    await go('add-card')
    await userEvent.click(screen.getByTestId('handoff-done'))
    await inPhase('changed')
    expect(screen.getByTestId('handoff-changes').textContent).toMatch(/Mastercard •••• 4444 was/)
    await waitFor(() => expect(screen.getAllByTestId('method')).toHaveLength(2))
    await userEvent.click(screen.getByTestId('handoff-close'))
    await waitFor(() => expect(screen.queryByTestId('handoff-strip')).toBeNull())
  })

  test('is seen on every view, also by a window that opens meanwhile', async () => {
    const { fake } = open('active', '#/settings')
    await screen.findByTestId('vault-count')
    fake.setHandOff({ number: 7, phase: 'opened', flow: 'cancel', host: 'billing.stripe.com' })
    await inPhase('opened')
    expect(screen.getByTestId('handoff-strip').textContent).toMatch(/should have opened/)
  })

  test('that failed says which failure, whom to ask, and can be tried again', async () => {
    const { fake } = open('offline')
    await userEvent.click(await screen.findByTestId('add-card'))
    await screen.findByTestId('handoff-host')
    await userEvent.click(screen.getByTestId('handoff-open'))
    await inPhase('failed')
    expect(screen.getByTestId('handoff-strip').textContent).toMatch(/cannot be reached/)
    expect(screen.getByTestId('handoff-support').textContent).toContain('help@ide.example')
    await userEvent.click(screen.getByTestId('handoff-retry'))
    await inPhase('preparing')
    const asked = fake.calls.filter(({ method }) => method === 'HandOff')
    expect(asked).toHaveLength(2)
    expect(asked[1]?.args).toEqual(asked[0]?.args)
  })

  test('that cannot begin says why in place of where it leads', async () => {
    const { fake } = open('active')
    fake.fail('PlanHandOff', { code: 'invalid', message: 'There is no open invoice.' })
    await userEvent.click(await screen.findByTestId('add-card'))
    const dialog = await screen.findByTestId('handoff-dialog')
    expect((await within(dialog).findByTestId('notice')).textContent).toContain('no open invoice')
    expect(screen.queryByTestId('handoff-open')).toBeNull()
  })

  test('offers nothing that the vendor does not', async () => {
    const { state } = open('past_due', '#/subscription')
    await screen.findByTestId('plan-cancel')
    expect(screen.queryByTestId('plan-change-plan')).toBeNull()
    await state.handOff.ask({ flow: 'change-plan' })
    expect(await screen.findByTestId('handoff-not-offered')).toBeTruthy()
    expect(screen.queryByTestId('handoff-open')).toBeNull()
  })

  test('draws attention when the browser comes back to a window that nobody looks at', async () => {
    const { fake } = open('active')
    await screen.findByTestId('add-card')
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    fake.announce('front')
    await waitFor(() => expect(document.title).toMatch(/^● /))
    window.dispatchEvent(new Event('focus'))
    await waitFor(() => expect(document.title).not.toMatch(/●/))
  })
})

describe('the link', () => {
  const link = 'http://127.0.0.1:4243/p/session/fake'

  test('goes into the clipboard, once, and is never on the page or in the state', async () => {
    const user = userEvent.setup()
    const { state } = open('active')
    await user.click(await screen.findByTestId('add-card'))
    await user.click(await screen.findByTestId('handoff-link-only'))
    await inPhase('opened')
    await user.click(await screen.findByTestId('handoff-copy'))
    await screen.findByTestId('handoff-copied')
    expect(await navigator.clipboard.readText()).toBe(link)
    expect(screen.queryByTestId('handoff-copy')).toBeNull()
    expect(document.documentElement.outerHTML).not.toContain(link)
    expect(JSON.stringify(state.handOff.state)).not.toContain(link)
  })

  test('is not asked for where there is no clipboard', async () => {
    const { fake } = open('active')
    await go('add-card')
    fake.canCopy = () => false
    await userEvent.click(screen.getByTestId('handoff-copy'))
    expect(await screen.findByText(/could not be copied/)).toBeTruthy()
    expect(fake.calls.some(({ method }) => method === 'CopyHandOffLink')).toBe(false)
  })
})

describe('payment methods', () => {
  test('show which one is charged, and mend a hidden default by one click', async () => {
    const { fake } = open('past_due')
    const notice = await screen.findByTestId('shadow')
    expect(notice.textContent).toMatch(/Mastercard •••• 4444 will be charged.*Visa •••• 4242/)
    await userEvent.click(within(notice).getByTestId('shadow-mend'))
    await waitFor(() => expect(screen.queryByTestId('shadow')).toBeNull())
    expect(screen.getByTestId('next-charge').textContent).toMatch(/Visa/)
    const writes = fake.calls.filter(({ method }) => /^(Fix|Set|Save|Add)/.test(method))
    expect(writes).toEqual([{ method: 'FixShadowedDefault', args: ['sub_1'] }])
  })

  test('say why a change was refused, and stay as they were', async () => {
    const { fake } = open('past_due')
    fake.fail('FixShadowedDefault', { code: 'unavailable', message: 'The server failed.' })
    await userEvent.click(await screen.findByTestId('shadow-mend'))
    expect((await screen.findByTestId('notice')).textContent).toContain('The server failed.')
    expect(screen.getByTestId('shadow')).toBeTruthy()
  })

  test('warn of an expired card, and of removing the last one', async () => {
    open('past_due')
    const warnings = await screen.findAllByTestId('method-warning')
    expect(warnings.map(({ dataset }) => dataset.warning)).toContain('expired')
  })

  test('ask to add another before the last one is removed', async () => {
    open('active')
    await userEvent.click(await screen.findByTestId('edit-card'))
    expect(await screen.findByTestId('handoff-last-method')).toBeTruthy()
  })

  test('are shown of every type, also of one that is not known here', async () => {
    open('many')
    expect(await screen.findAllByTestId('method')).toHaveLength(3)
    expect(screen.getByText('Quantum Pay')).toBeTruthy()
  })
})

describe('a plan', () => {
  test('shows the next invoice, and reasons that add up to its difference', async () => {
    open('active', '#/subscription')
    expect((await screen.findByTestId('next-invoice')).textContent).toMatch(/24\.00/)
    expect(screen.getByTestId('difference').textContent).toMatch(/same as the last one/)
  })

  test('that ends says when, and can be kept', async () => {
    open('ending', '#/subscription')
    expect((await screen.findByTestId('ending')).textContent).toMatch(/It ends on December 1, 2026/)
    await go('plan-undo')
    await userEvent.click(screen.getByTestId('handoff-done'))
    await inPhase('changed')
    await waitFor(() => expect(screen.queryByTestId('ending')).toBeNull())
  })

  test('can be chosen among several, by its address', async () => {
    open('many', '#/subscription/sub_3')
    await waitFor(() => expect(screen.getByTestId('plan-details').textContent).toMatch(/Power/))
    expect((screen.getByLabelText('Subscription') as HTMLSelectElement).value).toBe('sub_3')
    expect(screen.queryByTestId('plan-cancel')).toBeNull()
  })

  test('is paid for where something is open', async () => {
    open('past_due', '#/')
    await go('standing-act')
    await userEvent.click(screen.getByTestId('handoff-done'))
    await inPhase('changed')
    expect(screen.getByTestId('handoff-title').textContent).toMatch(/24\.00 was paid for invoice/)
    await waitFor(() => expect(screen.queryByTestId('standing')).toBeNull())
  })
})
