/** Who is signed in at the vendor, as Go says it: see types.ts. */
import type { Problem } from './types'

export type SignInPhase = 'starting' | 'waiting' | 'failed' | 'done'

export interface SignInState {
  phase: SignInPhase | ''
  browser_opened: boolean
  link_ready: boolean
  code: string
  page: string
  problem: Problem | null
}

export interface AccountView {
  id: string
  name: string
  email: string
  current: boolean
  ended: boolean
  kept: string
}

export interface AccountsView {
  offered: boolean
  vendor: string
  accounts: AccountView[]
}
