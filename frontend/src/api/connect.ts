/** Chooses how this window reaches Billfold. */
import { Backend } from './backend'
import { httpTransport } from './http'
import { wailsTransport } from './wails'

/** Gives the backend: Wails' bindings where they are, else loopback HTTP. */
export async function connect(): Promise<Backend> {
  if (import.meta.env.MODE === 'fake') {
    const { fakeTransport } = await import('./fake')
    return new Backend(fakeTransport())
  }
  return new Backend(wailsTransport() ?? httpTransport())
}
