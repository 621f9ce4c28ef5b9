import { render, screen } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import StandingNotice from './StandingNotice.svelte'
import { fakeAccounts } from '../api/fakeaccounts'
import { standingOf } from '../api/fakestanding'
import type { Remedy } from '../api/types-standing'

const remedy = (kind: Remedy['kind'], invoice_id = ''): Remedy => ({
  kind,
  invoice_id,
  subscription_id: '',
  method_id: '',
})

function show(remedies: Remedy[]) {
  const asked: string[] = []
  const account = fakeAccounts['past_due']
  if (!account) throw new Error('there is no past due account')
  const standing = standingOf(account().overview, {
    state: 'access_lost',
    cause: 'payment_failed',
    consequence: 'access_lost',
    no_retry: 'none_planned',
    next_event: null,
    unknown: ['attempt'],
    remedies,
  })
  const onsync = () => asked.push('sync')
  render(StandingNotice, { standing, onsync, oninvoice: (id: string) => asked.push(id) })
  return asked
}

test('says what happened, what it means, and everything else on demand', async () => {
  const asked = show([remedy('pay_invoice', 'in_1'), remedy('update_card')])
  const notice = screen.getByRole('alert')
  expect(notice.textContent).toContain('A payment did not go through')
  expect(notice.textContent).toContain('not available until this is paid')
  expect(notice.textContent).toContain('No further automatic attempt is planned.')
  expect(notice.textContent).toContain('Not known: what the bank answered.')
  expect(notice.textContent).toContain('Add or update a payment method.')
  await userEvent.click(screen.getByRole('button', { name: 'Open the invoice' }))
  expect(asked).toEqual(['in_1'])
})

test('offers a sync where only that can help', async () => {
  const asked = show([remedy('sync')])
  await userEvent.click(screen.getByRole('button', { name: 'Sync now' }))
  expect(asked).toEqual(['sync'])
})
