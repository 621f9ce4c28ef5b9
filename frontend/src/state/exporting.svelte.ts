import { everything } from './choice'
import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { ExportRequest, ExportResult } from '../api/types-history'

/** What the person asked to export. */
export interface ExportWish {
  format: 'csv' | 'zip'
  year: number
  /** Ids of the selected ones; none is all of the year. */
  invoices: string[]
  bom: boolean
  lines: boolean
}

/** Writing invoices into a file for somebody else. */
export class Exporting {
  running = $state(false)
  result: ExportResult | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return () => {}
  }

  /** Forgets the last result, as before the dialog opens anew. */
  clear(): void {
    this.result = null
    this.problem = null
  }

  /** Shows the written file in its folder. */
  async show(): Promise<void> {
    try {
      await this.#backend.showExport()
    } catch (thrown) {
      this.result = null
      this.problem = problemOf(thrown)
    }
  }

  async run(wish: ExportWish): Promise<void> {
    this.running = true
    this.clear()
    const { subscription, ...filter } = everything
    const request: ExportRequest = {
      ...wish,
      from: 0,
      to: 0,
      filter: { ...filter, subscription_id: subscription, after: '', limit: 0 },
      folder: '',
      file_name: '',
    }
    try {
      this.result = await this.#backend.export(request)
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.running = false
    }
  }
}
