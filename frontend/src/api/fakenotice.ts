/** What the stand-in's account tells, and what is set about that. */
import { fakeNow, money } from './fakedata'
import type { FakeAccount } from './fakeaccounts'
import type { Notification, NotificationSettings, SupportCase } from './types-notice'
import type { Standing } from './types-standing'

export class FakeNotice {
  #settings: NotificationSettings = {
    off: [],
    renewal_days: [3],
    yearly_renewal_days: [14, 3],
    above: [],
  }
  #due: Notification[] = []

  /** Makes something to tell; it is given out once. */
  due(change: Partial<Notification>): void {
    this.#due.push({
      kind: 'payment_failed',
      key: `payment_failed/${this.#due.length}`,
      at: fakeNow,
      subscription_id: 'sub_1',
      plan: 'Pro',
      invoice_id: 'in_1',
      invoice_number: 'A-1',
      amount: money(2400),
      amount_known: true,
      method: null,
      missing: [],
      as_of: 0,
      ...change,
    })
  }

  notifications(): Notification[] {
    return this.#due.splice(0).filter(({ kind }) => !this.#settings.off.includes(kind))
  }

  settings = (): NotificationSettings => this.#settings

  setSettings(settings: NotificationSettings): void {
    this.#settings = settings
  }
}

export function supportOf({ overview }: FakeAccount, standing: Standing): SupportCase {
  return {
    schema: 'billfold.support/1',
    made_at: fakeNow,
    program: 'Billfold 0.0.0',
    system: 'linux/amd64',
    connection: overview.identity.connection,
    host: overview.identity.host,
    customer_id: overview.identity.customer_id,
    email: 'a…@example.com',
    synced_at: overview.synced_at,
    sync_problem: '',
    request_id: '',
    state: standing.state,
    cause: standing.cause,
    consequence: standing.consequence,
    next_event: null,
    unknown: standing.unknown,
    owed: standing.owed,
    subscriptions: [],
    invoices: [],
    attempts: [],
    text: `# Billing support summary\n\n- Signed in: customer \`${overview.identity.customer_id}\``,
  }
}
