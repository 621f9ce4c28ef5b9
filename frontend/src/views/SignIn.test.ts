import { render, screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

const sent = (fake: ReturnType<typeof open>, method: string) =>
  fake.calls.filter((call) => call.method === method).map(({ args }) => args)

beforeEach(() => window.localStorage.clear())
afterEach(() => speak('system'))

test('nobody signed in: says where to sign in, and waits for the browser', async () => {
  const fake = open('signed_out')
  expect(await screen.findByRole('heading', { name: 'Sign in at Quillforge' })).toBeTruthy()
  await userEvent.click(screen.getByTestId('signin-begin'))
  expect(await screen.findByText(/Sign in in your browser/)).toBeTruthy()
  expect(sent(fake, 'SignIn')).toEqual([[false]])
  await userEvent.click(screen.getByTestId('signin-cancel'))
  expect(await screen.findByTestId('signin-begin')).toBeTruthy()
  expect(sent(fake, 'CancelSignIn')).toHaveLength(1)
})

test('nobody signed in: the window of somebody is not shown meanwhile', async () => {
  const navigation = () => document.querySelector('nav')
  let flashed = false
  const watcher = new MutationObserver(() => (flashed ||= navigation() !== null))
  watcher.observe(document.body, { childList: true, subtree: true })
  open('signed_out')
  await screen.findByTestId('signin-begin')
  watcher.disconnect()
  expect(flashed || navigation() !== null).toBe(false)
})

test('a code for another device is shown with its page', async () => {
  open('signed_out')
  await userEvent.click(await screen.findByTestId('signin-device'))
  expect((await screen.findByTestId('signin-code')).textContent).toContain('WDJB-MJHT')
  expect(screen.getByText(/login\.quillforge\.example\/device/)).toBeTruthy()
})

test('a sign-in that failed says why, and can be tried again', async () => {
  const fake = open('signed_out')
  await screen.findByTestId('signin-begin')
  fake.setSignIn({ phase: 'failed', problem: { code: 'offline', message: 'no way' } })
  expect(await screen.findByTestId('notice')).toBeTruthy()
  expect(screen.getByTestId('signin-begin')).toBeTruthy()
})

test('the settings list who is signed in, and switch', async () => {
  const fake = open('signed_in', '#/settings')
  const rows = await screen.findAllByTestId('account')
  const [, other] = rows
  expect(rows.map((row) => row.getAttribute('aria-current'))).toEqual(['true', null])
  expect(other?.textContent).toContain('Sign in again')
  await userEvent.click(within(other ?? document.body).getByTestId('switch'))
  await waitFor(() => expect(sent(fake, 'SwitchAccount')).toEqual([['2']]))
  // What was shown before is read anew, from the first view on.
  await waitFor(() => expect(window.location.hash).toBe('#/'))
})

test('signing out asks what stays on this computer', async () => {
  const fake = open('signed_in', '#/settings')
  await userEvent.click(await screen.findByTestId('sign-out'))
  await userEvent.click(await screen.findByLabelText(/Nothing/))
  await userEvent.click(screen.getByTestId('signout-confirm'))
  await waitFor(() => expect(sent(fake, 'SignOut')).toEqual([['nothing']]))
})
