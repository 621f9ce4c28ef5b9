import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from './visible'

test.each([
  ['invoice \u202Egnp.exe', 'invoice ‹U+202E›gnp.exe'],
  ['bell \u0007', 'bell ␇'],
  ['zero\u200Bwidth', 'zero‹U+200B›width'],
  ['مرحبا 👩‍💻', 'مرحبا 👩‍💻'],
  ['two\nlines\t', 'two\nlines\t'],
  ['del\u007f', 'del␡'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown)
})

test('nothing that reorders text is left, and plain text is left alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visible(text)
      expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/)
      expect(visible(shown)).toBe(shown)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(visible(text)).toBe(text)
    }),
  )
})
