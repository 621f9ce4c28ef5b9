/** What the person chose to see, and how that is written into the address. */
import type { InvoiceStatus } from '../api/types'
import type { InvoiceKind, InvoiceSort } from '../api/types-history'

/** What of the invoices is shown, and in which order. */
export interface Choice {
  search: string
  year: number
  status: InvoiceStatus | ''
  subscription: string
  kind: InvoiceKind | ''
  /** "" is by date, newest first. */
  sort: InvoiceSort | ''
  descending: boolean
}

export const everything: Readonly<Choice> = {
  search: '',
  year: 0,
  status: '',
  subscription: '',
  kind: '',
  sort: '',
  descending: false,
}

/** Whether the choice leaves any invoices out. */
export function narrows({ search, year, status, subscription, kind }: Choice): boolean {
  return search !== '' || year !== 0 || status !== '' || subscription !== '' || kind !== ''
}

/** What of the payments is shown. */
export interface PaymentChoice {
  search: string
  year: number
  status: string
}

export const everyPayment: Readonly<PaymentChoice> = { search: '', year: 0, status: '' }

const statuses: readonly string[] = ['draft', 'open', 'paid', 'uncollectible', 'void']
const kinds: readonly string[] = ['plan', 'change', 'usage', 'one_time']
const sorts: readonly string[] = ['number', 'amount', 'status', 'paid_at', 'kind']
const payments: readonly string[] = ['succeeded', 'pending', 'failed']

/** Which orders begin with the largest: what one looks for first. */
const largestFirst: readonly string[] = ['amount', 'paid_at']

/** Writes only what differs from everything, so that the plain list has the plain address. */
export function queryOf(choice: Choice | PaymentChoice): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(choice)) {
    if (value !== '' && value !== 0 && value !== false) query.set(name, String(value))
  }
  return query.toString()
}

/** Reads what queryOf wrote; what it does not know is left out. */
export function choiceOf(text: string): Choice {
  const query = new URLSearchParams(text)
  const among = (name: string, known: readonly string[]) => {
    const value = query.get(name) ?? ''
    return known.includes(value) ? value : ''
  }
  return {
    search: searchIn(query),
    year: yearIn(query),
    status: among('status', statuses) as Choice['status'],
    subscription: query.get('subscription') ?? '',
    kind: among('kind', kinds) as Choice['kind'],
    sort: among('sort', sorts) as Choice['sort'],
    descending: among('sort', sorts) !== '' && query.get('descending') === 'true',
  }
}

export function paymentChoiceOf(text: string): PaymentChoice {
  const query = new URLSearchParams(text)
  const status = query.get('status') ?? ''
  return {
    search: searchIn(query),
    year: yearIn(query),
    status: payments.includes(status) ? status : '',
  }
}

const searchIn = (query: URLSearchParams) => (query.get('search') ?? '').slice(0, 200)

function yearIn(query: URLSearchParams): number {
  const year = Number(query.get('year') ?? 0)
  return Number.isInteger(year) && year > 1970 && year < 10_000 ? year : 0
}

/** The order after a press on a column's head: its own, then turned round, then by date again. */
export function nextOrder(
  { sort, descending }: Pick<Choice, 'sort' | 'descending'>,
  column: InvoiceSort | '',
): Pick<Choice, 'sort' | 'descending'> {
  const first = largestFirst.includes(column)
  if (column === '') return { sort: '', descending: false }
  if (sort !== column) return { sort: column, descending: first }
  if (descending === first) return { sort, descending: !first }
  return { sort: '', descending: false }
}
