/** The words for every code: what happened, and what to do. */
import { m } from './messages/messages.js'
import type { Code, Problem } from '../api/types'

export interface ProblemWords {
  title: string
  /** What happened, in a sentence. */
  detail: string
  /** What to do about it. */
  remedy: string
  /** Whether trying again can help. */
  retry: boolean
}

const titles: Readonly<Record<Code, () => string>> = {
  offline: m.problem_offline,
  signed_out: m.problem_signed_out,
  forbidden: m.problem_forbidden,
  not_found: m.problem_not_found,
  invalid: m.problem_invalid,
  declined: m.problem_declined,
  rate_limited: m.problem_rate_limited,
  unavailable: m.problem_unavailable,
  not_stripe: m.problem_not_stripe,
  foreign: m.problem_foreign,
  live_key: m.problem_live_key,
  newer_file: m.problem_newer_file,
  unreadable: m.problem_unreadable,
  disk_full: m.problem_disk_full,
  not_offered: m.problem_not_offered,
  no_browser: m.problem_no_browser,
  busy: m.problem_busy,
  canceled: m.problem_canceled,
  internal: m.problem_internal,
}

const remedies: Readonly<Record<Code, () => string>> = {
  offline: m.remedy_offline,
  signed_out: m.remedy_signed_out,
  forbidden: m.remedy_forbidden,
  not_found: m.remedy_not_found,
  invalid: m.remedy_invalid,
  declined: m.remedy_declined,
  rate_limited: m.remedy_rate_limited,
  unavailable: m.remedy_unavailable,
  not_stripe: m.remedy_not_stripe,
  foreign: m.remedy_foreign,
  live_key: m.remedy_live_key,
  newer_file: m.remedy_newer_file,
  unreadable: m.remedy_unreadable,
  disk_full: m.remedy_disk_full,
  not_offered: m.remedy_not_offered,
  no_browser: m.remedy_no_browser,
  busy: m.remedy_busy,
  canceled: m.remedy_canceled,
  internal: m.remedy_internal,
}

const final: readonly Code[] = ['live_key', 'newer_file', 'invalid']

export function problemWords({ code, message }: Problem): ProblemWords {
  const known: Code = code in titles ? code : 'internal'
  return {
    title: titles[known](),
    detail: message,
    remedy: remedies[known](),
    retry: !final.includes(known),
  }
}
