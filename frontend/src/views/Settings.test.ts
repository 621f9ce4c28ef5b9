import { render, screen } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'
import Root from './Root.svelte'

beforeEach(() => window.localStorage.clear())

/** The settings over a transport that answers some calls in its own way. */
function open(answers: Record<string, (args: unknown[]) => unknown> = {}) {
  const fake = fakeTransport('active')
  const call = fake.call.bind(fake)
  fake.call = async (method, args) => {
    const answered = await call(method, args)
    return method in answers ? answers[method]?.(args) : answered
  }
  window.location.hash = '#/settings'
  render(Root, { shared: createState(new Backend(fake)) })
  return fake
}

const choice = () => screen.findByRole('checkbox', { name: /^Start Billfold when I sign in/ })

test('start at login is off until it is asked for, and can be taken back', async () => {
  const fake = open()
  const box = await choice()
  expect((box as HTMLInputElement).checked).toBe(false)
  await userEvent.click(box)
  expect(fake.calls).toContainEqual({ method: 'SetAtLogin', args: [true] })
  expect(((await choice()) as HTMLInputElement).checked).toBe(true)
  await userEvent.click(box)
  expect(fake.calls).toContainEqual({ method: 'SetAtLogin', args: [false] })
})

test('start at login is not offered where no window can be started', async () => {
  open({ AtLogin: () => ({ offered: false, on: false }) })
  await screen.findByText('Tell me when')
  expect(screen.queryByTestId('at-login')).toBeNull()
})

test('a system that refuses is told of, and the box says what is', async () => {
  const message = 'The entry for the start at login could not be written.'
  open({
    SetAtLogin: () => {
      throw { code: 'unreadable', message, field: '' }
    },
    AtLogin: () => ({ offered: true, on: false }),
  })
  const box = await choice()
  await userEvent.click(box)
  expect(await screen.findByText(message)).toBeTruthy()
  expect((box as HTMLInputElement).checked).toBe(false)
})
