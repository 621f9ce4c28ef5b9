/** Does what helps, as far as a button can. */
import type { Remedy } from '../api/types-standing'
import type { State } from './state'

type Around = Pick<State, 'handOff' | 'location' | 'methods' | 'sync'>

/** about says in words what is paid or kept, for the question before one leaves. */
export function actOn(remedy: Remedy, about: string, { handOff, location, methods, sync }: Around) {
  const { subscription_id: subscriptionID, invoice_id: invoiceID } = remedy
  switch (remedy.kind) {
    case 'update_card':
      return void handOff.ask({ flow: 'add-card' })
    case 'confirm_payment':
    case 'pay_invoice':
      return void handOff.ask({ flow: 'pay-invoice', invoiceID, about })
    case 'resume':
      return void handOff.ask({ flow: 'undo', subscriptionID, about })
    case 'fix_default':
      return void methods.fix(subscriptionID)
    case 'sync':
      return void sync.pull()
    case 'complete_billing_information':
      return location.go({ view: 'billing-information', task: 'edit' })
    case 'contact_bank':
      return location.go({ view: 'standing', part: 'bank' })
    case 'contact_vendor':
      return location.go({ view: 'standing', part: 'support' })
    case 'wait':
    case 'subscribe_again':
      return // Nothing here can do it.
  }
}
