/** Opens the window on the billing information and fills its forms in, for tests. */
import { configure, render, screen, waitFor } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { expect } from 'vitest'
import { Backend } from '../src/api/backend'
import { fakeTransport } from '../src/api/fake'
import { createState } from '../src/state/state'
import Window from '../src/views/Window.svelte'

export function open(account = 'active', hash = '#/billing-information') {
  window.location.hash = hash
  const fake = fakeTransport(account)
  const state = createState(new Backend(fake))
  render(Window, { shared: state })
  const sent = (method: string) =>
    fake.calls.filter((call) => call.method === method).map(({ args }) => args[0])
  return { fake, state, sent }
}

// A busy machine is no fault of the form's; and a dialog that closes lets go of the page a moment later.
configure({ asyncUtilTimeout: 10_000 })
export const user = userEvent.setup({ pointerEventsCheck: 0 })

export async function write(field: string, text: string) {
  const input = await screen.findByTestId(`field-${field}`)
  await user.clear(input)
  if (text !== '') await user.type(input, text)
}

export async function choose(testid: string, typed: string) {
  const input = await screen.findByTestId(testid)
  await user.click(input)
  await user.clear(input)
  await user.type(input, typed)
  // jsdom places no lists, so to it the open one is hidden.
  const [first] = await screen.findAllByRole('option', { hidden: true })
  await waitFor(() => expect(first?.hasAttribute('data-highlighted')).toBe(true))
  await user.keyboard('{Enter}')
}
