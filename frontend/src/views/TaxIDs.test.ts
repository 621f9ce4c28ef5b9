import { screen, waitFor, within } from '@testing-library/svelte'
import { beforeEach, describe, expect, test } from 'vitest'
import { choose, open, user } from '../../test/billingwindow'

beforeEach(() => window.localStorage.clear())

describe('tax ids', () => {
  async function type(value: string) {
    const input = await screen.findByTestId('tax-id-value')
    await user.clear(input)
    await user.type(input, value)
  }

  test('have their type, country and what the register said', async () => {
    open()
    const row = await screen.findByTestId('tax-id')
    expect(row.textContent).toMatch(/GB123456789.*Verified.*GB VAT.*United Kingdom.*Confirmed/s)
  })

  test('are added, of the address’s country unless another is chosen', async () => {
    const { sent } = open()
    await user.click(await screen.findByTestId('tax-id-add'))
    expect((screen.getByTestId('tax-id-country') as HTMLInputElement).value).toBe('United Kingdom')
    await choose('tax-id-country', 'germany')
    await type('136 695 976')
    const advice = screen.getByTestId('tax-id-advice')
    await waitFor(() => expect(advice.textContent).toContain('This has the right form.'))
    expect(screen.getByText(/It is added as DE136695976\./)).toBeTruthy()
    await user.click(screen.getByTestId('tax-id-submit'))
    expect((await screen.findByTestId('tax-id-done')).textContent).toContain('was added')
    expect(sent('AddTaxID')).toEqual([{ type: 'eu_vat', value: 'DE136695976' }])
    expect(await screen.findAllByTestId('tax-id')).toHaveLength(2)
  })

  test('that look wrong are advised on and sent all the same; a refusal is at the field', async () => {
    const { fake, sent } = open()
    await user.click(await screen.findByTestId('tax-id-add'))
    await type('GB111111111')
    const advice = screen.getByTestId('tax-id-advice')
    await waitFor(() => expect(advice.textContent).toContain('look for a slip'))
    const message = 'This is not the form that a tax ID of this type has.'
    fake.fail('AddTaxID', { code: 'invalid', message, field: 'value' })
    await user.click(screen.getByTestId('tax-id-submit'))
    expect(await screen.findByText(message)).toBeTruthy()
    const input = screen.getByTestId('tax-id-value')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    expect(sent('AddTaxID')).toHaveLength(1)
    await user.type(input, '1')
    expect(screen.queryByText(message)).toBeNull()
  })

  test('are not added twice, nor empty', async () => {
    const { sent } = open()
    await user.click(await screen.findByTestId('tax-id-add'))
    await user.click(screen.getByTestId('tax-id-submit'))
    expect(await screen.findByText('Enter the number.')).toBeTruthy()
    await type('GB 123 456 789')
    await user.click(screen.getByTestId('tax-id-submit'))
    expect(await screen.findByText('This number is there already.')).toBeTruthy()
    expect(sent('AddTaxID')).toEqual([])
  })

  test('are replaced, and where the old one stays it is told and can be removed again', async () => {
    const { fake, sent } = open()
    await user.click(await screen.findByRole('button', { name: 'Replace GB123456789' }))
    await type('GB980780684')
    // The new one is accepted, and taking away the old one fails.
    const call = fake.call.bind(fake)
    fake.call = async (method, args) => {
      if (method !== 'ReplaceTaxID') return call(method, args)
      const [{ id, ...draft }] = args as [{ id: string; type: string; value: string }]
      const added = (await call('AddTaxID', [draft])) as object
      const problem = { code: 'unavailable', message: 'Cut off.', field: '' }
      return { ...added, both_exist: true, old_id: id, problem }
    }
    await user.click(screen.getByTestId('tax-id-submit'))
    const both = await screen.findByTestId('tax-ids-both')
    expect(both.textContent).toContain('GB123456789 could not be removed')
    await user.click(within(both).getByRole('button', { name: 'Remove GB123456789' }))
    await waitFor(() => expect(screen.queryByTestId('tax-ids-both')).toBeNull())
    expect(sent('RemoveTaxID')).toEqual(['txi_1'])
    expect(await screen.findAllByTestId('tax-id')).toHaveLength(1)
  })

  test('are removed after a question, and can be had back', async () => {
    const { sent } = open()
    await user.click(await screen.findByRole('button', { name: 'Remove GB123456789' }))
    const dialog = await screen.findByTestId('tax-id-remove')
    expect(dialog.textContent).toContain('Future invoices no longer show it')
    expect(sent('RemoveTaxID')).toEqual([])
    await user.click(screen.getByTestId('tax-id-remove-confirm'))
    const done = await screen.findByTestId('tax-id-done')
    expect(await screen.findByTestId('tax-ids-none')).toBeTruthy()
    await user.click(within(done).getByRole('button', { name: 'Add it again' }))
    await screen.findByTestId('tax-id')
    expect(sent('AddTaxID')).toEqual([{ type: 'gb_vat', value: 'GB123456789' }])
  })
})
