import { parseDate } from '@internationalized/date'
import { everything } from './choice'
import { problemOf, type Backend } from '../api/backend'
import type { Problem, Time } from '../api/types'
import type { ExportRequest, ExportResult } from '../api/types-history'

/** What the person asked to export. */
export interface ExportWish {
  format: 'csv' | 'zip'
  year: number
  /** The first and the last day, such as "2026-11-25"; "" for no limit. */
  from: string
  to: string
  /** In which those days begin and end. */
  zone: string
  /** Ids of the selected ones; none is all of the year. */
  invoices: string[]
  bom: boolean
  lines: boolean
}

/** When a day begins in its zone, or one some days later; 0 for no day. */
export function beginOf(day: string, later: number, zone: string): Time {
  if (day === '') return 0
  return parseDate(day).add({ days: later }).toDate(zone).getTime() / 1000
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
    const { from, to, zone, ...rest } = wish
    const request: ExportRequest = {
      ...rest,
      from: beginOf(from, 0, zone),
      to: beginOf(to, 1, zone),
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
