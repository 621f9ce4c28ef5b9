/** Stands in for Billfold in tests and in `npm run dev -- --mode fake`. */
import type { Transport } from './backend'
export function fakeTransport(): Transport {
  return { call: () => Promise.reject({ code: 'offline', message: '' }), listen: () => () => {}, watchLink: (c) => (c('live'), () => {}) }
}
