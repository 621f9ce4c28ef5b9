/** What is said of a hand-off: before it, while one is there, and after. */
import { m } from './messages/messages.js'
import { problemWords } from './problem'
import type { Problem } from '../api/types'
import type { HandOffFlow, HandOffState, HandOffTicket } from '../api/types-portal'

/** What one goes there for, as a button or a heading says it. */
export function taskOf(flow: HandOffFlow | ''): string {
  switch (flow) {
    case 'add-card':
      return m.handoff_add_card()
    case 'edit-card':
      return m.handoff_edit_card()
    case 'cancel':
      return m.handoff_cancel()
    case 'undo':
      return m.handoff_undo()
    case 'change-plan':
      return m.handoff_change_plan()
    case 'pay-invoice':
      return m.handoff_pay()
    default:
      return m.handoff_home()
  }
}

/** Why this is not done in the window. */
export function whyText({ why }: HandOffTicket): string {
  switch (why) {
    case 'card_entry':
      return m.handoff_why_card()
    case 'subscription_change':
      return m.handoff_why_subscription()
    case 'payment':
      return m.handoff_why_payment()
    default:
      return m.handoff_why_else()
  }
}

/** What is to be done on the page that opens; "" where it says so itself. */
export function thereText(flow: HandOffFlow): string {
  switch (flow) {
    case 'add-card':
      return m.handoff_there_card()
    case 'edit-card':
      return m.handoff_there_edit()
    case 'undo':
      return m.handoff_there_undo()
    default:
      return ''
  }
}

export interface HandOffWords {
  title: string
  text: string
}

/** How a hand-off goes; what changed has words of its own. */
export function handOffWords(state: HandOffState, silent: boolean): HandOffWords {
  switch (state.phase) {
    case 'preparing':
      return { title: m.handoff_preparing(), text: m.handoff_preparing_text() }
    case 'opened':
      return openedWords(state, silent)
    case 'could_not_open':
      return { title: m.handoff_could_not_open(), text: m.handoff_could_not_open_text() }
    case 'returned':
      return { title: m.handoff_returned(), text: '' }
    case 'checking':
      return { title: m.handoff_checking(), text: m.handoff_checking_text() }
    case 'nothing_yet':
      return nothingWords(state)
    case 'failed':
      return failedWords(state)
    default:
      return { title: '', text: '' }
  }
}

function openedWords({ certain, host, link_ready: ready }: HandOffState, silent: boolean) {
  if (silent) {
    const text = ready ? m.handoff_silent_text() : m.handoff_silent_given()
    return { title: m.handoff_silent(), text }
  }
  const text = certain ? m.handoff_opened_text({ host }) : m.handoff_opened_uncertain({ host })
  return { title: m.handoff_opened(), text }
}

function nothingWords({ flow, problem }: HandOffState): HandOffWords {
  if (problem) {
    const why = `${problemWords(problem).title}.`
    return { title: m.handoff_could_not_look(), text: m.handoff_could_not_look_text({ why }) }
  }
  return { title: m.handoff_nothing(), text: nothingText(flow) }
}

function nothingText(flow: HandOffFlow | ''): string {
  switch (flow) {
    case 'add-card':
      return m.handoff_nothing_card()
    case 'edit-card':
      return m.handoff_nothing_edit()
    case 'cancel':
      return m.handoff_nothing_cancel()
    case 'undo':
      return m.handoff_nothing_undo()
    case 'change-plan':
      return m.handoff_nothing_plan()
    case 'pay-invoice':
      return m.handoff_nothing_pay()
    default:
      return m.handoff_nothing_home()
  }
}

function failedWords({ problem }: HandOffState): HandOffWords {
  const { title, text } = failureOf(problem ?? { code: 'internal', message: '' })
  return { title, text: `${text} ${m.handoff_stays()}` }
}

/** Why no link was had, or nothing could be looked up. */
export function failureOf(problem: Problem): HandOffWords {
  switch (problem.code) {
    case 'offline':
      return { title: m.handoff_failed_offline(), text: m.handoff_failed_offline_text() }
    case 'signed_out':
      return { title: m.handoff_failed_signed_out(), text: m.handoff_failed_signed_out_text() }
    case 'forbidden':
      return { title: m.handoff_failed_forbidden(), text: m.handoff_failed_forbidden_text() }
    case 'not_offered':
      return { title: m.handoff_failed_not_offered(), text: m.handoff_failed_not_offered_text() }
    case 'unavailable':
      return { title: m.handoff_failed_unavailable(), text: m.handoff_failed_unavailable_text() }
    case 'rate_limited':
      return { title: m.handoff_failed_busy(), text: m.handoff_failed_busy_text() }
    case 'not_stripe':
      return { title: m.handoff_failed_link(), text: m.handoff_failed_link_text() }
    case 'not_found':
      return { title: m.handoff_failed_invoice(), text: m.handoff_failed_invoice_text() }
    default: {
      const { title, detail, remedy } = problemWords(problem)
      return { title, text: `${detail} ${remedy}`.trim() }
    }
  }
}
