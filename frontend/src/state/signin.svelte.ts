import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { AccountsView, SignInState } from '../api/types-signin'

/** What stays on this computer after signing out. */
export type Leave = 'all' | 'documents' | 'nothing'

/** Who is signed in at the vendor, and a sign-in that is under way. */
export class SignIn {
  view: AccountsView | null = $state.raw(null)
  state: SignInState | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  /** Whether the link was copied; null before anybody tried. */
  copied: boolean | null = $state(null)
  /** Something is being done that the person waits for. */
  busy = $state(false)
  /** True once it was answered, or could not be, whether anybody is signed in. */
  known = $state(false)
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    void this.read()
    return this.#backend.on('signin', () => void this.read())
  }

  /** True when there is a vendor to sign in at, and nobody is. */
  get nobody(): boolean {
    return !!this.view?.offered && this.view.accounts.length === 0
  }

  get underWay(): boolean {
    return this.state?.phase === 'starting' || this.state?.phase === 'waiting'
  }

  async read(): Promise<void> {
    try {
      const [view, state] = await Promise.all([
        this.#backend.accounts(),
        this.#backend.signInState(),
      ])
      this.view = view
      this.state = state
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.known = true
    }
  }

  begin = (device: boolean) => this.#do(() => this.#backend.signIn(device))
  cancel = () => this.#do(() => this.#backend.cancelSignIn())
  switchTo = (id: string) => this.#do(() => this.#backend.switchAccount(id))
  signOut = (leave: Leave) => this.#do(() => this.#backend.signOut(leave))

  async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(await this.#backend.copySignInLink())
      this.copied = true
    } catch {
      this.copied = false
    }
  }

  async #do(what: () => Promise<unknown>): Promise<void> {
    this.problem = this.copied = null
    this.busy = true
    try {
      await what()
    } catch (thrown) {
      this.problem = problemOf(thrown)
    } finally {
      this.busy = false
    }
    await this.read()
  }
}
