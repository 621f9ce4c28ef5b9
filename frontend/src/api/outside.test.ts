import { expect, test, vi } from 'vitest'
import { copyText, openMail } from './outside'

const windowWith = (parts: object) => parts as unknown as Window

test('text is copied by the window’s own clipboard where there is one, else the browser’s', async () => {
  const ClipboardSetText = vi.fn().mockResolvedValue(true)
  const writeText = vi.fn().mockResolvedValue(undefined)
  const navigator = { clipboard: { writeText } }
  expect(await copyText('a', windowWith({ runtime: { ClipboardSetText }, navigator }))).toBe(true)
  expect(ClipboardSetText).toHaveBeenCalledWith('a')
  expect(writeText).not.toHaveBeenCalled()
  expect(await copyText('b', windowWith({ navigator }))).toBe(true)
  expect(writeText).toHaveBeenCalledWith('b')
})

test('a clipboard that is not to be had is told', async () => {
  expect(await copyText('a', windowWith({ navigator: {} }))).toBe(false)
  const ClipboardSetText = vi.fn().mockRejectedValue(new Error('no'))
  expect(await copyText('a', windowWith({ runtime: { ClipboardSetText } }))).toBe(false)
})

test('a letter goes to the system, never into the window itself', () => {
  const BrowserOpenURL = vi.fn()
  const assign = vi.fn()
  openMail('mailto:a@b.c', windowWith({ runtime: { BrowserOpenURL }, location: { assign } }))
  expect(BrowserOpenURL).toHaveBeenCalledWith('mailto:a@b.c')
  expect(assign).not.toHaveBeenCalled()
  openMail('mailto:a@b.c', windowWith({ location: { assign } }))
  expect(assign).toHaveBeenCalledWith('mailto:a@b.c')
})
