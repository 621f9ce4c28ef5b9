import { render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Window from './Window.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'
import { speak } from '../text/language.svelte'
import { choose, open, user, write } from '../../test/billingwindow'

async function edit() {
  await user.click(await screen.findByTestId('billing-edit'))
  await screen.findByTestId('field-address.line1')
}

const valueOf = async (field: string) =>
  ((await screen.findByTestId(`field-${field}`)) as HTMLInputElement).value

beforeEach(() => window.localStorage.clear())
afterEach(() => speak('system'))

describe('the facts', () => {
  test('say to whom, and from which invoice a change shows', async () => {
    open()
    const facts = await screen.findByTestId('billing-made-out')
    expect(facts.textContent).toContain('Ada Lovelace')
    expect((await screen.findByTestId('shows-from')).textContent).toMatch(/December 1, 2026/)
  })

  test('that cannot be read say why, with a way to try again', async () => {
    window.location.hash = '#/billing-information'
    const fake = fakeTransport('active')
    fake.fail('BillingInformation', { code: 'unreadable', message: 'The file cannot be read.' })
    render(Window, { shared: createState(new Backend(fake)) })
    const notice = await screen.findByTestId('notice')
    expect(notice.textContent).toContain('The file cannot be read.')
    fake.fail('BillingInformation', null)
    await user.click(within(notice).getByRole('button', { name: 'Try again' }))
    await screen.findByTestId('billing-edit')
  })

  test('are not there before the first sync, which is not to say that they are empty', async () => {
    open('first_pull')
    await screen.findByTestId('billing-information')
    await screen.findByTestId('sync-progress')
    expect(screen.queryByTestId('billing-edit')).toBeNull()
    expect(screen.queryByText('Not given')).toBeNull()
  })

  test('of an account that the vendor removed are only to be looked at', async () => {
    const { state } = open()
    await screen.findByTestId('tax-id')
    const { overview } = state.account
    if (!overview) throw new Error('no overview')
    state.account.overview = { ...overview, identity: { ...overview.identity, deleted: true } }
    await waitFor(() => expect(screen.queryByTestId('billing-edit')).toBeNull())
    expect(screen.queryByTestId('tax-id-add')).toBeNull()
    expect(screen.queryByRole('button', { name: /^Re(place|move) GB/ })).toBeNull()
    expect(screen.getByTestId('billing-made-out').textContent).toContain('Ada Lovelace')
  })

  test('of an account with gaps tell them before the next invoice, here and on the overview', async () => {
    open('new')
    const notice = await screen.findByTestId('preflight')
    expect(notice.textContent).toMatch(/before the invoice of/)
    expect(notice.textContent).toContain('It will show no address.')
    window.location.hash = '#/'
    const card = await screen.findByTestId('section-billing-information')
    await waitFor(() => expect(card.textContent).toContain('It will show no address.'))
    await user.click(within(card).getByRole('link', { name: 'Complete it' }))
    await screen.findByTestId('field-address.line1')
    expect(window.location.hash).toBe('#/billing-information')
  })
})

describe('the form', () => {
  test('asks for what the country asks for, and moves with it', async () => {
    open()
    await edit()
    expect(await valueOf('address.country')).toBe('United Kingdom')
    await choose('field-address.country', 'united states')
    await screen.findByTestId('field-address.state')
    expect(screen.getByLabelText(/^ZIP code/)).toBeTruthy()
    await choose('field-address.state', 'new yo')
    expect(await valueOf('address.state')).toBe('New York')
    await choose('field-address.country', 'germ')
    await waitFor(() => expect(screen.queryByTestId('field-address.state')).toBeNull())
    expect(screen.getByLabelText(/^Postal code/)).toBeTruthy()
    // Somebody who comes back finds what they had chosen.
    await choose('field-address.country', 'united states')
    await waitFor(async () => expect(await valueOf('address.state')).toBe('New York'))
  })

  test('tells at the field what is missing, and puts the cursor there', async () => {
    const { sent } = open()
    await edit()
    await write('address.city', '')
    await user.click(screen.getByTestId('billing-review'))
    const field = screen.getByTestId('field-address.city')
    await waitFor(() => expect(document.activeElement).toBe(field))
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText(/is missing\.$/)).toBeTruthy()
    expect(sent('ReviewBillingInformation')).toEqual([])
    await write('address.city', 'Bonn')
    expect(field.getAttribute('aria-invalid')).toBe('false')
  })

  test('says that nothing was changed rather than to save nothing', async () => {
    const { sent } = open()
    await edit()
    await user.click(screen.getByTestId('billing-review'))
    expect(await screen.findByText('Nothing has been changed.')).toBeTruthy()
    expect(screen.queryByTestId('billing-save')).toBeNull()
    expect(sent('SaveBillingInformation')).toEqual([])
  })
})

describe('the review', () => {
  async function review(account = 'active') {
    const opened = open(account)
    await edit()
    await write('name', 'Lovelace Ltd')
    await write('address.city', 'Bath')
    await user.click(screen.getByTestId('billing-review'))
    await screen.findByTestId('billing-save')
    return opened
  }

  test('shows before and after, the first invoice, and the tax', async () => {
    const { sent } = await review()
    const [name, city] = screen.getAllByTestId('difference')
    expect(name?.textContent).toMatch(/Name.*Ada Lovelace.*Lovelace Ltd/s)
    expect(city?.textContent).toMatch(/Bath/)
    const step = screen.getByTestId('billing-review-step')
    expect(step.textContent).toContain('future invoices only')
    expect(step.textContent).toContain('The invoice of December 1, 2026 is the first to show it.')
    expect(screen.getByTestId('review-tax').textContent).toMatch(/\$4\.00 of tax/)
    expect(sent('SaveBillingInformation')).toEqual([])
  })

  test('is saved as it stands, and then says which invoices lack it', async () => {
    const { sent } = await review()
    await user.click(screen.getByTestId('billing-save'))
    const saved = await screen.findByTestId('billing-saved')
    expect(saved.textContent).toContain('future invoices only')
    expect(sent('SaveBillingInformation')).toMatchObject([
      { name: 'Lovelace Ltd', address: { city: 'Bath', country: 'GB' } },
    ])
    expect((await screen.findByTestId('lacking')).textContent).toContain('18 past invoices')
    await user.click(screen.getByTestId('correction-open'))
    const text = (await screen.findByTestId('correction-text')) as HTMLTextAreaElement
    expect(text.value).toContain('Lovelace Ltd')
  })

  test('that cannot be saved offline says so and keeps everything', async () => {
    const { fake } = await review()
    fake.fail('SaveBillingInformation', { code: 'offline', message: 'No connection.' })
    await user.click(screen.getByTestId('billing-save'))
    const notice = await screen.findByTestId('unsaved')
    expect(notice.textContent).toContain('Not saved: you are offline')
    await user.click(screen.getByTestId('billing-back'))
    expect(await valueOf('name')).toBe('Lovelace Ltd')
    fake.fail('SaveBillingInformation', null)
    await user.click(screen.getByTestId('billing-review'))
    await user.click(await screen.findByTestId('billing-save'))
    await screen.findByTestId('billing-saved')
  })

  test('that was saved although the answer got lost is told to be saved', async () => {
    const { fake, sent } = await review()
    fake.fail('SaveBillingInformation', { code: 'unavailable', message: 'Cut off.' })
    await user.click(screen.getByTestId('billing-save'))
    expect((await screen.findByTestId('unsaved')).textContent).toContain('Perhaps not saved')
    fake.fail('SaveBillingInformation', null)
    await fake.call('SaveBillingInformation', sent('SaveBillingInformation'))
    fake.announce('changed')
    await screen.findByTestId('billing-saved')
    expect(screen.queryByTestId('unsaved')).toBeNull()
  })

  test.each([
    ['address.postal_code', 'field-address.postal_code'],
    ['name', 'field-name'],
  ])('that is refused goes back to the field: %s', async (field, testid) => {
    const { fake } = await review()
    const message = 'The server does not like this.'
    fake.fail('SaveBillingInformation', { code: 'invalid', message, field })
    await user.click(screen.getByTestId('billing-save'))
    const input = await screen.findByTestId(testid)
    expect(input.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText(message)).toBeTruthy()
    await waitFor(() => expect(document.activeElement).toBe(input))
  })

  test('an address that is needed for the tax is told above the address', async () => {
    const { fake } = await review()
    const message = 'The tax cannot be worked out for this address.'
    fake.fail('SaveBillingInformation', { code: 'invalid', message, field: 'address' })
    await user.click(screen.getByTestId('billing-save'))
    expect((await screen.findByTestId('refused-address')).textContent).toContain(message)
    await write('address.city', 'London')
    expect(screen.queryByTestId('refused-address')).toBeNull()
  })
})

describe('a pull while the form is open', () => {
  test('changes nothing that the person wrote, and says what moved', async () => {
    const { fake } = open()
    await edit()
    await write('name', 'Mine')
    const { address } = (await fake.call('BillingInformation', [])) as {
      address: Record<string, string>
    }
    await fake.call('SaveBillingInformation', [
      { name: 'Theirs', phone: '+44 20 7946 0000', address },
    ])
    fake.announce('changed')
    await screen.findByTestId('moved')
    expect(await valueOf('name')).toBe('Mine')
    expect(await valueOf('phone')).toBe('+44 20 7946 0000')
    const clash = screen.getByTestId('clash-name')
    expect(clash.textContent).toContain('Theirs')
    await user.click(within(clash).getByRole('button', { name: 'Take it' }))
    expect(await valueOf('name')).toBe('Theirs')
  })
})

describe('going elsewhere with something unsaved', () => {
  async function change() {
    const opened = open()
    await edit()
    await write('name', 'Half a na')
    return opened
  }

  test.each([
    ['by a link', () => user.click(screen.getByRole('link', { name: 'Settings' }))],
    ['by the address', () => void (window.location.hash = '#/settings')],
  ])('asks first, %s', async (_, leave) => {
    await change()
    await leave()
    await screen.findByTestId('leave')
    await waitFor(() => expect(window.location.hash).toBe('#/billing-information'))
    await user.click(screen.getByRole('button', { name: 'Keep editing' }))
    expect(await valueOf('name')).toBe('Half a na')
    // A question that is still closing could be answered in place of the next one.
    await waitFor(() => expect(screen.queryByTestId('leave')).toBeNull())
    await leave()
    await user.click(await screen.findByTestId('leave-confirm'))
    await screen.findByTestId('settings')
    expect(window.location.hash).toBe('#/settings')
  })

  test('asks before another scenario takes its place', async () => {
    const { sent } = await change()
    const trigger = screen.getByTestId('scenario-menu')
    trigger.focus()
    await user.keyboard('{Enter}')
    const choices = await screen.findAllByRole('menuitemradio', { hidden: true })
    choices.find((choice) => choice.textContent?.includes('Free plan'))?.focus()
    await user.keyboard('{Enter}')
    await screen.findByTestId('leave')
    expect(sent('OpenScenario')).toEqual([])
    await user.click(screen.getByTestId('leave-confirm'))
    await waitFor(() => expect(sent('OpenScenario')).toEqual(['new']))
  })

  test('does not ask when nothing was changed', async () => {
    open()
    await edit()
    window.location.hash = '#/settings'
    await screen.findByTestId('settings')
    expect(screen.queryByTestId('leave')).toBeNull()
  })

  test('asks the browser not to close the page', async () => {
    await change()
    const event = new Event('beforeunload', { cancelable: true })
    window.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(true)
  })
})

test('everything is in German too', async () => {
  speak('de')
  open('new')
  expect((await screen.findByTestId('preflight')).textContent).toContain('Es fehlt die Adresse.')
  await edit()
  await choose('field-address.country', 'germany')
  expect(await valueOf('address.country')).toBe('Deutschland')
  expect(await screen.findByLabelText(/^Postleitzahl/)).toBeTruthy()
})
