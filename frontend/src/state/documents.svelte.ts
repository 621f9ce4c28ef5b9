import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type {
  DocumentRef,
  DocumentSelection,
  DocumentSettings,
  DocumentsState,
  NamePreview,
} from '../api/types-documents'

/** The selection of nothing, to be filled in. */
export const noDocuments: Readonly<DocumentSelection> = {
  all: false,
  year: 0,
  invoices: [],
  documents: [],
  again: false,
}

/** The saved PDFs: how saving goes, what was set, and what can be done with one. */
export class Documents {
  state: DocumentsState | null = $state.raw(null)
  settings: DocumentSettings | null = $state.raw(null)
  /** Why the last thing asked for did not work. */
  problem: Problem | null = $state.raw(null)
  /** Where the last copy went. */
  copiedTo = $state('')
  /** True once no dialog could ask for a folder, as in a browser. */
  noDialog = $state(false)
  /** True once the person put the last run's result away. */
  dismissed = $state(true)
  readonly #backend: Backend
  /** The last question for the state; only its answer counts. */
  #newest: Promise<void> = Promise.resolve()
  /** True once the person asked for a run. */
  #asked = false

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    const stops = [
      this.#backend.on('documents', () => void this.read()),
      this.#backend.on('changed', () => void this.read()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Reads the state; over once the answer to the last such question is there. */
  read = async (): Promise<void> => {
    const mine: Promise<void> = this.#readState(() => mine === this.#newest)
    this.#newest = mine
    await mine
    if (mine !== this.#newest) await this.#newest
  }

  async #readState(counts: () => boolean): Promise<void> {
    try {
      const state = await this.#backend.documentsState()
      if (!counts()) return
      if (state.running) this.dismissed = false
      // A run that nobody asked for is told of only while it goes, and when it failed.
      else if (!this.#asked && state.failed === 0 && !state.problem) this.dismissed = true
      this.state = state
    } catch {
      // The next event reads it again; what can be done says itself why it cannot.
    }
  }

  /** Also after another account was opened: its documents are others. */
  async reset(): Promise<void> {
    this.dismissed = true
    this.#asked = false
    this.problem = null
    this.settings = null
    await this.read()
  }

  save = (selection: Partial<DocumentSelection>) =>
    this.#run(() => this.#backend.saveDocuments({ ...noDocuments, ...selection }))

  cancel = () => this.#ask(this.#backend.cancelDocuments)

  verify = (repair: boolean) => this.#run(() => this.#backend.verifyDocuments(repair))

  /** Tries once more what failed in the last run. */
  retry = () =>
    this.save({
      documents: (this.state?.failures ?? []).map(({ kind, object_id: id }) => ({ kind, id })),
    })

  openOutside = (of: DocumentRef) => this.#ask(() => this.#backend.openDocument(of))
  showInFolder = (of: DocumentRef) => this.#ask(() => this.#backend.showDocument(of))

  /** Copies to where the person says; where the system has no dialog, to the downloads folder. */
  copy = (of: DocumentRef, suggested: string) =>
    this.#ask(async () => {
      this.copiedTo = ''
      const path = await this.#chosenFile(suggested)
      if (path !== null) this.copiedTo = await this.#backend.copyDocument(of, path)
    })

  readSettings = async (): Promise<void> => {
    await this.#ask(async () => {
      this.settings = await this.#backend.documentSettings()
    })
  }

  /** Keeps what was set; tells whether it could. */
  set = async (change: Partial<DocumentSettings>): Promise<boolean> => {
    const ok = await this.#ask(async () => {
      const settings = this.settings ?? (await this.#backend.documentSettings())
      await this.#backend.setDocumentSettings({ ...settings, ...change })
      this.settings = await this.#backend.documentSettings()
    })
    await this.read()
    return ok
  }

  preview = (settings: DocumentSettings): Promise<NamePreview> =>
    this.#backend.previewNames(settings)

  /** The folder the person chose, or null: with no dialog to be had, or when they thought better of it. */
  async chooseFolder(start: string): Promise<string | null> {
    let chosen: string | null = null
    await this.#ask(async () => {
      try {
        chosen = (await this.#backend.chooseFolder(start)) || null
      } catch (thrown) {
        if (problemOf(thrown).code !== 'invalid') throw thrown
        this.noDialog = true
      }
    })
    return chosen
  }

  forget = (keepArchive: boolean) => this.#ask(() => this.#backend.forgetAccount(keepArchive))

  /** null when the person chose none; "" where the system cannot ask. */
  async #chosenFile(suggested: string): Promise<string | null> {
    try {
      return (await this.#backend.chooseFile(suggested)) || null
    } catch (thrown) {
      if (problemOf(thrown).code === 'invalid') return ''
      throw thrown
    }
  }

  /**
   * A short run may be over before it was ever seen running; its result is shown all the
   * same, but not before there is one: what was read earlier says nothing of this run.
   */
  async #run(request: () => Promise<void>): Promise<boolean> {
    this.#asked = true
    const begun = await this.#ask(request)
    if (begun) this.dismissed = false
    return begun
  }

  async #ask(request: () => Promise<void>): Promise<boolean> {
    this.problem = null
    try {
      await request()
      await this.read()
      return true
    } catch (thrown) {
      this.problem = problemOf(thrown)
      return false
    }
  }
}
