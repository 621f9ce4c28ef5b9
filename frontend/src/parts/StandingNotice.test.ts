import { render, screen, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import StandingNotice from './StandingNotice.svelte'
import { fakeAccounts } from '../api/fakeaccounts'
import { standingOf } from '../api/fakestanding'
import type { Remedy, Standing } from '../api/types-standing'

function show(change: Partial<Standing> = {}) {
  const account = fakeAccounts['past_due']
  if (!account) throw new Error('there is no past due account')
  const acted: Remedy['kind'][] = []
  render(StandingNotice, {
    standing: standingOf(account().overview, change),
    zone: 'UTC',
    storyHref: '#/standing',
    busy: false,
    onact: ({ kind }: Remedy) => acted.push(kind),
  })
  return acted
}

const remedy = (kind: Remedy['kind']): Remedy => ({
  kind,
  invoice_id: '',
  subscription_id: 'sub_1',
  method_id: '',
})

test('says what happened with its amount, what it means, and what comes next', () => {
  show()
  const notice = screen.getByRole('alert')
  expect(notice.textContent).toMatch(/A payment of .*24\.00 for Pro did not go through/)
  expect(notice.textContent).toContain('Paid features are probably not available')
  expect(notice.textContent).toMatch(/Next automatic attempt: .*2026/)
})

test('one button does what promises most, and the whole story is a link', async () => {
  const acted = show()
  await userEvent.click(screen.getByRole('button', { name: /^Pay .*24\.00$/ }))
  expect(acted).toEqual(['pay_invoice'])
  expect(screen.getAllByRole('button')).toHaveLength(1)
  expect(screen.getByRole('link', { name: 'Show me why' }).getAttribute('href')).toBe('#/standing')
})

test('a new card ticks the first of the two steps off, and the payment is next', () => {
  show({ new_method: true, remedies: [remedy('pay_invoice')] })
  const [card, pay] = within(screen.getByTestId('steps')).getAllByRole('listitem')
  expect(card?.textContent).toMatch(/New payment method.*\(done\)/s)
  expect(pay?.getAttribute('aria-current')).toBe('step')
})

test('with a card that cannot pay, the new card is the step to take', () => {
  show({ remedies: [remedy('update_card'), remedy('pay_invoice')] })
  const [card, pay] = within(screen.getByTestId('steps')).getAllByRole('listitem')
  expect(card?.getAttribute('aria-current')).toBe('step')
  expect(pay?.getAttribute('aria-current')).toBeNull()
})

test('a hidden default is told with both methods by name, and so is the button', () => {
  const account = fakeAccounts['past_due']?.().overview
  const [hidden] = account?.payment_methods ?? []
  if (!hidden) throw new Error('there is no method')
  const newer = { ...hidden, id: 'pm_new', brand: 'visa', last4: '4242' }
  const remedies = [{ ...remedy('fix_default'), method_id: 'pm_new' }, remedy('pay_invoice')]
  show({ cause: 'shadowed_default', hidden: newer, remedies })
  const notice = screen.getByRole('alert')
  expect(notice.textContent).toMatch(
    /Mastercard •••• 4444 was charged, not your newer Visa •••• 4242/,
  )
  expect(screen.getByRole('button', { name: 'Charge Visa •••• 4242' })).toBeTruthy()
})

test('where there is nothing to do, it says so and has no button', () => {
  show({ cause: 'payment_processing', consequence: 'wait_for_bank', remedies: [remedy('wait')] })
  expect(screen.getByTestId('standing').textContent).toContain('nothing you need to do')
  expect(screen.queryByRole('button')).toBeNull()
})

test('old data are told as old, and a sync is what helps', async () => {
  const acted = show({ unknown: ['since_sync'], remedies: [remedy('sync'), remedy('pay_invoice')] })
  expect(screen.getByTestId('standing').textContent).toContain(
    'Not known: what happened since the last sync.',
  )
  await userEvent.click(screen.getByRole('button', { name: 'Sync now' }))
  expect(acted).toEqual(['sync'])
})
