import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import Window from './Window.svelte'
import { Backend } from '../api/backend'
import { fakeTransport } from '../api/fake'
import { createState } from '../state/state'
import type { ExportResult } from '../api/types-history'

function open(account: string, hash: string) {
  window.location.hash = hash
  const fake = fakeTransport(account)
  render(Window, { shared: createState(new Backend(fake)) })
  return fake
}

const rows = () => screen.findAllByTestId('invoice-row')
const lastCall = (fake: ReturnType<typeof open>, method: string) =>
  fake.calls
    .filter((call) => call.method === method)
    // The dashboard counts open invoices by a list of one.
    .filter(({ args }) => (args[0] as { limit?: number } | undefined)?.limit !== 1)
    .at(-1)?.args[0]

describe('the list', () => {
  test('says of each invoice how its PDF stands, in words too', async () => {
    open('active', '#/invoices')
    const [newest, second] = await rows()
    expect(newest?.textContent).toContain('PDF not saved')
    expect(second?.textContent).toContain('PDF saved')
    expect(newest?.textContent).toContain('Visa •••• 4242')
    expect(screen.getByTestId('list-foot').textContent).toMatch(/18 invoices.*432\.00/)
  })

  test('is ordered by the heads of its columns, and the address says so', async () => {
    const fake = open('states', '#/invoices')
    await rows()
    const head = screen.getByRole('columnheader', { name: 'Total' })
    await userEvent.click(within(head).getByRole('button'))
    await waitFor(() =>
      expect(lastCall(fake, 'Invoices')).toMatchObject({ sort: 'amount', descending: true }),
    )
    await waitFor(() => expect(head.getAttribute('aria-sort')).toBe('descending'))
    expect(window.location.hash).toBe('#/invoices?sort=amount&descending=true')
  })

  test('reads what is shown from the address, and keeps it while one is away', async () => {
    const fake = open('states', '#/invoices?status=void')
    await waitFor(async () => expect(await rows()).toHaveLength(2))
    expect(lastCall(fake, 'Invoices')).toMatchObject({ status: 'void' })
    window.location.hash = '#/spending'
    await screen.findByTestId('spending')
    await userEvent.keyboard('gi')
    await waitFor(async () => expect(await rows()).toHaveLength(2))
    expect(window.location.hash).toBe('#/invoices?status=void')
  })

  test('selects by click, range and key, and saves what is selected', async () => {
    const fake = open('active', '#/invoices')
    const [first, second, third] = (await rows()).map((row) => within(row).getByRole('checkbox'))
    if (!first || !second || !third) throw new Error('no rows')
    await userEvent.click(first)
    const user = userEvent.setup()
    await user.keyboard('{Shift>}')
    await user.click(third)
    await user.keyboard('{/Shift}')
    expect(await screen.findByText('3 selected')).toBeTruthy()
    await userEvent.click(screen.getByTestId('save-selected'))
    expect((lastCall(fake, 'SaveDocuments') as { invoices: string[] }).invoices).toHaveLength(3)
    expect(await screen.findByTestId('saving-strip')).toBeTruthy()
    expect(await screen.findByTestId('saving-result', {}, { timeout: 5000 })).toBeTruthy()
  })

  test('selects all that match by Ctrl+A, and nothing by Escape', async () => {
    open('many', '#/invoices')
    const [row] = await rows()
    within(row as HTMLElement)
      .getByRole('link')
      .focus()
    await userEvent.keyboard('{Control>}a{/Control}')
    expect(await screen.findByText('10,000 selected')).toBeTruthy()
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByText('10,000 selected')).toBeNull()
    expect(screen.getByTestId('invoice-history')).toBeTruthy()
  })
})

describe('an invoice', () => {
  test('tells its attempts with their reasons', async () => {
    open('states', '#/invoices/in_000038')
    const timeline = await screen.findByTestId('timeline')
    expect(timeline.textContent).toContain('The account did not cover the amount')
    expect(timeline.textContent).toContain('The card has expired')
    expect(timeline.textContent).toMatch(/Next attempt: Nov 25, 2026/)
  })

  test('that was revised leads to the one that replaces it', async () => {
    open('states', '#/invoices/in_000027')
    expect((await screen.findByTestId('meaning')).textContent).toContain('Replaced')
    await userEvent.click(screen.getByRole('link', { name: 'BF42-0028' }))
    await waitFor(() => expect(window.location.hash).toBe('#/invoices/in_000028'))
    expect(await screen.findByText('It replaces')).toBeTruthy()
  })

  test('says reverse charge and what is left of the credit', async () => {
    open('states', '#/invoices/in_000032')
    const detail = await screen.findByTestId('invoice-detail')
    await within(detail).findByText(/Reverse charge/)
    expect(detail.textContent).toMatch(/Credit applied/)
    expect(detail.textContent).toMatch(/Your credit of .*5\.00 is used up/)
  })

  test('that was given up by the vendor can still be paid', async () => {
    const fake = open('states', '#/invoices?status=uncollectible')
    const [row] = await rows()
    if (row) await userEvent.click(within(row).getByRole('link'))
    expect((await screen.findByTestId('meaning')).textContent).toContain('it still can be')
    await userEvent.click(screen.getByTestId('pay-now'))
    await waitFor(() =>
      expect(lastCall(fake, 'PlanHandOff')).toMatchObject({ flow: 'pay-invoice' }),
    )
  })

  test('has its documents: saved, saved no more, or never', async () => {
    const fake = open('states', '#/invoices/in_000033')
    const documents = await screen.findByTestId('documents')
    expect(documents.textContent).toContain('Invoice BF42-0033')
    expect(documents.textContent).toContain('Receipt 2041-0033')
    expect(documents.textContent).toContain('Credit note BF42-0033-CN-01')
    const [save] = within(documents).getAllByRole('button', { name: 'Save PDF' })
    if (save) await userEvent.click(save)
    expect(lastCall(fake, 'SaveDocuments')).toMatchObject({ documents: [{ kind: 'receipt' }] })
  })
})

describe('payments', () => {
  test('stand on a list of their own, with the reason of those that failed', async () => {
    open('past_due', '#/payments?status=failed')
    const [row] = await screen.findAllByTestId('payment-row')
    expect(row?.textContent).toContain('The account did not cover the amount')
    expect(screen.getByText('1 payment')).toBeTruthy()
  })
})

describe('spending', () => {
  test('is a picture whose months speak, and a table of the same figures', async () => {
    open('states', '#/spending')
    const chart = await screen.findByRole('list', { name: /Spending per month in USD/ })
    const months = within(chart).getAllByRole('listitem')
    expect(months).toHaveLength(13)
    expect(months.at(-1)?.getAttribute('aria-label')).toMatch(/December 2026, likely: .*24\.00/)
    const october = months.find((month) => month.getAttribute('aria-label')?.includes('October'))
    await userEvent.click(screen.getByRole('radio', { name: 'Table' }))
    const table = screen.getByTestId('spending-table')
    const total = /October 2026: (\S+\s?[\d.,]+)\./.exec(october?.getAttribute('aria-label') ?? '')
    expect(table.textContent).toContain(total?.[1])
  })

  test('has one picture per currency', async () => {
    open('many', '#/spending')
    for (const currency of ['usd', 'jpy', 'kwd']) {
      expect(await screen.findByTestId(`spending-${currency}`)).toBeTruthy()
    }
  })
})

describe('saving', () => {
  test('on its own is asked once', async () => {
    const fake = open('vault', '#/')
    const asked = await screen.findByTestId('ask-automatic')
    await userEvent.click(within(asked).getByRole('button', { name: 'Not now' }))
    await waitFor(() => expect(screen.queryByTestId('ask-automatic')).toBeNull())
    expect(lastCall(fake, 'SetDocumentSettings')).toMatchObject({ automatic: 'off' })
  })

  test('shows what failed and why, and tries it again', async () => {
    const fake = open('vault', '#/settings')
    await userEvent.click(await screen.findByTestId('save-all'))
    const failures = await screen.findByTestId('failures', {}, { timeout: 5000 })
    expect(failures.textContent).toContain('a web page instead of the PDF')
    await screen.findByTestId('saving-result', {}, { timeout: 5000 })
    await userEvent.click(within(failures).getByRole('button', { name: 'Try again' }))
    expect(lastCall(fake, 'SaveDocuments')).toMatchObject({
      documents: [{ kind: 'invoice', id: 'in_000013' }],
    })
  })

  test('shows the names of files while the template is written', async () => {
    open('active', '#/settings')
    const field = await screen.findByTestId('vault-template')
    const examples = screen.getByTestId('name-examples')
    await waitFor(() => expect(examples.textContent).toContain('2026-11-01_BF42-0018'))
    await userEvent.clear(field)
    await userEvent.type(field, '{{number}.pdf')
    await waitFor(() => expect(examples.textContent).not.toContain('2026-11-01'))
    await userEvent.type(field, '{{nonsense}')
    expect(await screen.findByText(/is not a part of a name/)).toBeTruthy()
    expect((screen.getByTestId('vault-save') as HTMLButtonElement).disabled).toBe(true)
  })

  test('is checked, and what is gone is fetched again', async () => {
    const fake = open('active', '#/settings')
    await userEvent.click(await screen.findByTestId('verify'))
    const report = await screen.findByTestId('verify-report')
    expect(report.textContent).toContain('1 file is gone')
    await userEvent.click(within(report).getByTestId('repair'))
    expect(lastCall(fake, 'VerifyDocuments')).toBe(true)
  })
})

test('an export says what went into it, per currency, and what is missing', async () => {
  const fake = open('many', '#/invoices')
  await rows()
  await userEvent.click(screen.getByTestId('export'))
  await userEvent.click(await screen.findByLabelText(/PDFs and table/))
  await userEvent.click(screen.getByTestId('export-start'))
  const result = await screen.findByTestId('export-result')
  expect(lastCall(fake, 'Export')).toMatchObject({ format: 'zip', year: 0, invoices: [] })
  expect(result.textContent).toMatch(/Total USD/)
  expect(result.textContent).toMatch(/Total JPY/)
  expect(result.textContent).toMatch(/PDFs are missing/)

  const { unsaved } = (await fake.call('Export', [lastCall(fake, 'Export')])) as ExportResult
  await userEvent.click(screen.getByRole('button', { name: 'Save them now' }))
  expect(lastCall(fake, 'SaveDocuments')).toMatchObject({ all: false, documents: unsaved })
})

test('an export is of the days from one to another, in the zone that is named', async () => {
  const fake = open('active', '#/invoices')
  await rows()
  await userEvent.click(screen.getByTestId('export'))
  await userEvent.selectOptions(
    await screen.findByRole('combobox', { name: 'Period' }),
    'From one day to another',
  )
  await fireEvent.input(screen.getByTestId('export-from'), { target: { value: '2026-03-02' } })
  await fireEvent.input(screen.getByTestId('export-to'), { target: { value: '2026-03-01' } })
  expect(await screen.findByText('The last day is before the first.')).toBeTruthy()
  expect(screen.getByTestId('export-start')).toHaveProperty('disabled', true)
  await fireEvent.input(screen.getByTestId('export-to'), { target: { value: '2026-03-31' } })
  expect(await screen.findByText(/Days begin and end in UTC/)).toBeTruthy()
  await userEvent.click(screen.getByTestId('export-start'))
  await screen.findByTestId('export-result')
  expect(lastCall(fake, 'Export')).toMatchObject({
    year: 0,
    from: Date.UTC(2026, 2, 2) / 1000,
    to: Date.UTC(2026, 3, 1) / 1000,
  })
})

test('where a folder cannot be asked for, its path is typed', async () => {
  open('active', '#/settings')
  await userEvent.click(await screen.findByTestId('vault-choose'))
  expect(await screen.findByText(/Type its whole path/)).toBeTruthy()
  expect(screen.queryByTestId('vault-choose')).toBeNull()
})

test('taking an account away asks what becomes of its PDFs, which stay unless told', async () => {
  const fake = open('active', '#/settings')
  await userEvent.click(await screen.findByTestId('forget'))
  const dialog = await screen.findByTestId('forget-dialog')
  expect(dialog.textContent).toContain('17 saved PDFs')
  await userEvent.click(screen.getByTestId('forget-confirm'))
  expect(lastCall(fake, 'ForgetAccount')).toBe(true)
})

test('the money timeline tells what looks like a mistake, and leads to the invoices', async () => {
  open('active', '#/timeline')
  const alarm = await screen.findByTestId('alarm')
  expect(alarm.textContent).toMatch(/Two payments of .* for the same thing/)
  expect(within(alarm).getAllByRole('link')).toHaveLength(2)
  const rows = await screen.findAllByTestId('ledger-row')
  expect(rows[0]?.textContent).toContain('Paid')
  expect(rows[1]?.textContent).toContain('Billed')
  expect(screen.getByTestId('tab-timeline').getAttribute('aria-current')).toBe('page')
})

test('a notice on the money timeline that is right is put away, and can be had back', async () => {
  const fake = open('active', '#/timeline')
  await userEvent.click(await screen.findByRole('button', { name: /^Do not show this again: Two/ }))
  const away = await screen.findByTestId('alarms-away')
  expect(away.textContent).toContain('1 note that you found right')
  expect(screen.queryByTestId('alarm')).toBeNull()
  const again = within(away).getByRole('button', { name: 'Show again' })
  await waitFor(() => expect(document.activeElement).toBe(again))
  await userEvent.click(again)
  await screen.findByTestId('alarm')
  fake.fail('PutAlarmAway', { code: 'unreadable', message: 'The data folder cannot be written.' })
  await userEvent.click(screen.getByTestId('alarm-right'))
  await screen.findByText(/cannot be written/)
})
