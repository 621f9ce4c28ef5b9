import { render, screen, waitFor } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Window from './Window.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'
import { speak } from '../text/language.svelte'

function open(account: string, hash = '#/') {
  window.location.hash = hash
  const fake = fakeTransport(account)
  render(Window, { shared: createState(new Backend(fake)) })
  return fake
}

/** Types something into the billing information that would be lost. */
async function beginChange() {
  await userEvent.click(await screen.findByTestId('billing-edit'))
  const line = await screen.findByTestId('field-address.line1', {}, { timeout: 5_000 })
  await userEvent.type(line, ', second floor')
}

const hash = () => window.location.hash

beforeEach(() => window.localStorage.clear())
afterEach(() => speak('system'))

describe('a link from outside', () => {
  test('leads to its view', async () => {
    const fake = open('active')
    await screen.findByTestId('identity')
    fake.lead({ view: 'payments', id: '' })
    await waitFor(() => expect(hash()).toBe('#/payments'))
  })

  test('asks before what was being typed is lost', async () => {
    const fake = open('active', '#/billing-information')
    await beginChange()
    fake.lead({ view: 'invoices', id: '' })
    await screen.findByTestId('leave-confirm', {}, { timeout: 5_000 })
    expect(hash()).toBe('#/billing-information')
  })
})

describe('another start of Billfold for another account', () => {
  test('leads to the view it asked for, with nothing left of the account before', async () => {
    const fake = open('active', '#/billing-information')
    await beginChange()
    fake.lead({ view: 'billing-information', id: '' }, { scenario: 'new' })
    await waitFor(() =>
      expect(screen.getByTestId('identity').textContent).toContain('Sandbox · new'),
    )
    await waitFor(() => expect(screen.queryByTestId('field-address.line1')).toBeNull())
    expect(hash()).toBe('#/billing-information')
  })

  test('does not wait for an answer about what belonged to the account before', async () => {
    const fake = open('active', '#/billing-information')
    await beginChange()
    fake.lead({ view: 'payments', id: '' }, { scenario: 'new' })
    await waitFor(() => expect(hash()).toBe('#/payments'))
    await waitFor(() => expect(screen.queryByTestId('leave-confirm')).toBeNull())
  })

  test('goes where it leads also when people sign in', async () => {
    const fake = open('signed_in', '#/settings')
    await screen.findAllByTestId('account')
    fake.lead({ view: 'spending', id: '' }, { account: '2' })
    await waitFor(() => expect(hash()).toBe('#/spending'))
    await waitFor(() =>
      expect(fake.calls.filter(({ method }) => method === 'About').length).toBeGreaterThan(1),
    )
    expect(hash()).toBe('#/spending')
  })
})
