/** What is said of saved PDFs. */
import { m } from './messages/messages.js'
import type { DocumentKind, DocumentState } from '../api/types-documents'

/** How a PDF's copy on this computer stands, in words. */
export function documentStateText(state: DocumentState): string {
  switch (state) {
    case 'saved':
      return m.document_saved()
    case 'stale':
      return m.document_stale()
    case 'missing':
      return m.document_missing()
    case 'unsaved':
      return m.document_unsaved()
    default:
      return m.document_none()
  }
}

export function documentKindText(kind: DocumentKind): string {
  switch (kind) {
    case 'credit_note':
      return m.credit_note()
    case 'receipt':
      return m.document_receipt()
    default:
      return m.invoice()
  }
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** A size as people read it, in powers of 1000: "1.2 MB". */
export function formatBytes(bytes: number, locale?: string): string {
  let power = 0
  let size = bytes
  while (size >= 999.5 && power < units.length - 1) {
    size /= 1000
    power++
  }
  const maximumFractionDigits = power > 0 && size < 9.95 ? 1 : 0
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits }).format(size)
  return `${number}\u00a0${units[power]}`
}
