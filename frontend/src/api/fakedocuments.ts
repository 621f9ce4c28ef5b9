/** The stand-in's vault: what is saved, and a run that saves step by step. */
import { fakeNow } from './fakedata'
import { dateOf } from './fakehistory'
import { fakePDF } from './fakepdf'
import type { FakeAccount } from './fakeaccounts'
import type {
  DocumentContent,
  DocumentRef,
  DocumentSelection,
  DocumentSettings,
  DocumentsState,
  DocumentState,
  NamePreview,
  SavedDocument,
} from './types-documents'
import type { Invoice, Problem } from './types'

const stepMs = 120
const folder = '/home/ada/Documents/Billfold/Example IDE'
const template = '{year}/{date}_{number}_{amount}.pdf'

const everything: DocumentSelection = {
  all: true,
  year: 0,
  invoices: [],
  documents: [],
  again: false,
}

export class FakeDocuments {
  readonly #account: FakeAccount
  readonly #changed: () => void
  readonly #saved = new Map<string, SavedDocument>()
  #state: DocumentsState
  #settings: DocumentSettings
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(name: string, account: FakeAccount, changed: () => void) {
    this.#account = account
    this.#changed = changed
    this.#settings = {
      automatic: name === 'vault' ? 'ask' : 'on',
      folder,
      template,
      default_folder: folder,
      default_template: template,
    }
    this.#state = idle(name === 'vault')
    if (name !== 'vault') {
      for (const [age, one] of account.invoices.slice(1, 40).entries()) {
        if (one.status !== 'draft') this.#keep(one, age === 2 ? 'stale' : 'saved')
      }
    }
  }

  /** The state of one invoice's PDF, and every saved document of it. */
  of = (invoice: Invoice): { state: DocumentState; saved: SavedDocument[] } => {
    if (invoice.status === 'draft') return { state: 'none', saved: [] }
    const found = this.#saved.get(invoice.id)
    return { state: found?.state ?? 'unsaved', saved: found ? [found] : [] }
  }

  state(): DocumentsState {
    const unsaved = this.#account.invoices.filter((one) => this.of(one).state === 'unsaved').length
    return { ...this.#state, folder: this.#settings.folder, count: this.#saved.size, unsaved }
  }

  settings = (): DocumentSettings => this.#settings

  setSettings(settings: DocumentSettings): void {
    this.#settings = settings
    this.#report({ ask_automatic: settings.automatic === 'ask' })
    if (settings.automatic === 'on') this.save(everything)
  }

  preview(settings: DocumentSettings): NamePreview {
    const unknown = /\{(?!year|date|number|amount|kind|vendor)[^}]*\}?/.exec(settings.template)
    if (unknown) {
      const message = `${unknown[0]} is not a part of a name.`
      return { path: '', problem: { code: 'invalid', message }, examples: [] }
    }
    const shown = settings.template
      .replaceAll('{year}', '2026')
      .replaceAll('{date}', '2026-11-01')
      .replaceAll('{number}', 'BF42-0018')
      .replaceAll('{amount}', '24.00-USD')
    const older = shown.replaceAll('2026', '2025').replaceAll('0018', '0006')
    return { path: `${settings.folder}/${shown}`, problem: null, examples: [shown, older] }
  }

  save(selection: DocumentSelection): void {
    if (this.#state.running) {
      throw { code: 'busy', message: 'Documents are being saved already.' } satisfies Problem
    }
    const chosen = this.#account.invoices.filter(
      (one) =>
        one.status !== 'draft' &&
        (selection.all ||
          selection.invoices.includes(one.id) ||
          selection.documents.some(({ id }) => id === one.id) ||
          (selection.year !== 0 &&
            new Date(dateOf(one) * 1000).getUTCFullYear() === selection.year)),
    )
    this.#report({ ...idle(false), running: true, task: 'save', total: chosen.length })
    this.#step(chosen)
  }

  verify(repair: boolean): void {
    const all = [...this.#saved.values()]
    const missing = all.slice(0, repair ? 0 : 1)
    this.#report({
      task: repair ? 'repair' : 'verify',
      report: {
        checked: all.length,
        intact: all.length - missing.length,
        missing,
        altered: [],
        repaired: repair ? 1 : 0,
        at: fakeNow,
      },
    })
  }

  cancel(): void {
    clearTimeout(this.#timer)
    const message = 'You stopped saving.'
    this.#report({ running: false, problem: { code: 'canceled', message } })
  }

  content({ id, kind }: DocumentRef): DocumentContent {
    const invoice = this.#account.invoices.find((one) => one.id === id)
    if (!invoice && kind === 'invoice') {
      throw { code: 'not_found', message: 'There is no such document.' } satisfies Problem
    }
    if (invoice && !this.#saved.has(id)) {
      this.#keep(invoice, 'saved')
      this.#changed()
    }
    const number = invoice?.number ?? id
    const damaged = number.endsWith('0016')
    return {
      file_name: `${number}.pdf`,
      sha256: 'e3b0c442',
      base64: damaged ? btoa('%PDF-1.7 torn off') : fakePDF(`Invoice ${number}`),
      state: this.#saved.get(id)?.state ?? 'saved',
    }
  }

  archive = () => ({ folder: this.#settings.folder, count: this.#saved.size, bytes: 1_234_567 })

  #step(rest: Invoice[]): void {
    const [next, ...others] = rest
    if (!next) {
      this.#report({ running: false })
      return
    }
    const fails = next.number.endsWith('0013')
    if (!fails) this.#keep(next, 'saved')
    const { done, saved, failed, bytes, failures } = this.#state
    this.#report({
      done: done + 1,
      saved: saved + (fails ? 0 : 1),
      failed: failed + (fails ? 1 : 0),
      bytes: bytes + (fails ? 0 : 48_128),
      failures: fails ? [...failures, failureOf(next)] : failures,
    })
    this.#timer = setTimeout(() => this.#step(others), stepMs)
  }

  #keep(invoice: Invoice, state: DocumentState): void {
    const name = `${invoice.number}.pdf`
    this.#saved.set(invoice.id, {
      kind: 'invoice',
      object_id: invoice.id,
      number: invoice.number,
      file_name: name,
      path: `${folder}/${name}`,
      sha256: 'e3b0c442',
      size: 48_128,
      version: 1,
      saved_at: invoice.created_at + 7200,
      state,
    })
  }

  #report(change: Partial<DocumentsState>): void {
    this.#state = { ...this.#state, ...change }
    this.#changed()
  }
}

const failureOf = (invoice: Invoice) => ({
  kind: 'invoice' as const,
  object_id: invoice.id,
  number: invoice.number,
  problem: {
    code: 'unavailable' as const,
    message: 'The vendor’s server sent a web page instead of the PDF.',
  },
})

function idle(ask: boolean): DocumentsState {
  return {
    running: false,
    task: '',
    done: 0,
    total: 0,
    saved: 0,
    unchanged: 0,
    failed: 0,
    bytes: 0,
    waiting_until: 0,
    problem: null,
    failures: [],
    report: null,
    folder,
    count: 0,
    unsaved: 0,
    ask_automatic: ask,
  }
}
