/** Stands in for signing in at a vendor: see fake.ts. */
import type { AccountsView, SignInState } from './types-signin'

const nobody: SignInState = {
  phase: '',
  browser_opened: false,
  link_ready: false,
  code: '',
  page: '',
  problem: null,
}

/** Sign-ins at a made-up vendor; `told` hears of each change. */
export class FakeSignIn {
  #state = nobody
  #view: AccountsView
  readonly #told: () => void

  constructor(account: string, told: () => void) {
    this.#told = told
    const offered = account === 'signed_out' || account === 'signed_in'
    this.#view = { offered, vendor: offered ? 'Quillforge' : '', accounts: [] }
    if (account === 'signed_in') {
      this.#view.accounts = [
        entry('1', 'Ada Lovelace', 'ada@example.com', true),
        { ...entry('2', 'Bob', 'bob@example.com', false), ended: true, kept: 'memory' },
      ]
    }
  }

  /** The answer to a method of sign-in; undefined for none. */
  answer(method: string, args: unknown[]): unknown {
    switch (method) {
      case 'Accounts':
        return this.#view
      case 'SignInState':
        return this.#state
      case 'SignIn':
        this.set({
          ...nobody,
          phase: 'waiting',
          browser_opened: !args[0],
          link_ready: !args[0],
          code: args[0] ? 'WDJB-MJHT' : '',
          page: args[0] ? 'https://login.quillforge.example/device' : '',
        })
        return undefined
      case 'CancelSignIn':
        this.set(nobody)
        return undefined
      case 'CopySignInLink':
        return 'https://login.quillforge.example/authorize?state=x'
      case 'SwitchAccount':
        this.#view.accounts = this.#view.accounts.map((one) => ({
          ...one,
          current: one.id === args[0],
        }))
        this.#told()
        return undefined
      case 'SignOut':
        this.#view.accounts = this.#view.accounts.filter(({ current }) => !current)
        this.#told()
        return true
      default:
        throw { code: 'internal', message: `the stand-in knows no ${method}` }
    }
  }

  set(state: Partial<SignInState>): void {
    this.#state = { ...this.#state, ...state }
    this.#told()
  }
}

const entry = (id: string, name: string, email: string, current: boolean) => ({
  id,
  name,
  email,
  current,
  ended: false,
  kept: 'keychain',
})
