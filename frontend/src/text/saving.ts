/** How saving and verifying PDFs goes, in words. */
import { formatBytes } from './document'
import { m } from './messages/messages.js'
import { formatCount } from './money'
import type { DocumentsState, VerifyReport } from '../api/types-documents'

export function taskText(task: string): string {
  switch (task) {
    case 'verify':
      return m.task_verify()
    case 'repair':
      return m.task_repair()
    default:
      return m.task_save()
  }
}

/** How far a run is, or what came of it. */
export function runText(state: DocumentsState): string {
  if (state.running) {
    const done = formatCount(state.done)
    if (state.total === 0) return m.run_starting()
    const of = formatCount(state.total)
    return state.bytes > 0
      ? m.run_progress_bytes({ done, of, size: formatBytes(state.bytes) })
      : m.run_progress({ done, of })
  }
  const said = [resultText(state)]
  if (state.failed > 0) {
    said.push(m.run_failed({ count: state.failed, number: formatCount(state.failed) }))
  }
  if (state.problem) said.unshift(state.problem.message)
  return said.filter((part) => part !== '').join(' ')
}

function resultText(state: DocumentsState): string {
  if (state.task === 'verify' || state.task === 'repair') {
    return state.report ? reportText(state.report) : ''
  }
  if (state.saved > 0) return m.run_saved({ count: state.saved, number: formatCount(state.saved) })
  return state.failed === 0 && !state.problem ? m.run_nothing_new() : ''
}

/** What comparing the files with what was saved has found. */
export function reportText(report: VerifyReport): string {
  const wrong = report.missing.length + report.altered.length
  const checked = { count: report.checked, number: formatCount(report.checked) }
  const said = [wrong === 0 ? m.report_intact(checked) : m.report_checked(checked)]
  if (report.missing.length > 0) {
    const count = report.missing.length
    said.push(m.report_missing({ count, number: formatCount(count) }))
  }
  if (report.altered.length > 0) {
    const count = report.altered.length
    said.push(m.report_altered({ count, number: formatCount(count) }))
  }
  if (report.repaired > 0) {
    said.push(m.report_repaired({ count: report.repaired, number: formatCount(report.repaired) }))
  }
  return said.join(' ')
}
