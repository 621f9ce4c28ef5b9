// @vitest-environment node
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { httpTransport, type Surroundings } from './http'
import type { Link } from './backend'

/** A real server that speaks the protocol of browser mode. */
class Peer {
  readonly server: Server
  token = 'once'
  session = 'session-1'
  requests: { path: string; authorization: string; own: string; body: string }[] = []
  streams: ServerResponse[] = []

  constructor() {
    this.server = createServer((request, response) => void this.#answer(request, response))
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((ready) => this.server.listen(port, '127.0.0.1', ready))
    return (this.server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((closed) => this.server.close(() => closed()))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const piece of request) body += piece
    const path = request.url ?? ''
    const authorization = request.headers.authorization ?? ''
    this.requests.push({ path, authorization, own: String(request.headers['x-billfold']), body })
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
    if (path === '/session') {
      if (JSON.parse(body).token !== this.token) return void json(403, { code: 'forbidden' })
      this.token = ''
      return void json(200, { session: this.session })
    }
    if (authorization !== `Bearer ${this.session}`) return void json(401, { code: 'signed_out' })
    if (path === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n')
      this.streams.push(response)
      return
    }
    if (path === '/call/Overview') return void json(200, { ok: true })
    if (path === '/call/Sync') return void response.writeHead(200).end('null')
    if (path === '/call/Html') return void response.writeHead(502).end('<html>')
    json(404, { code: 'not_found', message: 'No such invoice.' })
  }
}

const open: Peer[] = []

async function start(hash: string, kept: Record<string, string> = {}) {
  const peer = new Peer()
  open.push(peer)
  const port = await peer.listen()
  const stored = new Map(Object.entries(kept))
  const replaced: string[] = []
  const around: Surroundings = {
    fetch: (input, init) => fetch(`http://127.0.0.1:${port}/${String(input)}`, init),
    location: { hash, pathname: '/', search: '' },
    history: { replaceState: (_data, _title, url) => void replaced.push(String(url)) },
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
  }
  const links: Link[] = []
  const transport = httpTransport(around)
  transport.watchLink((link) => links.push(link))
  return { peer, port, stored, replaced, links, transport }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()))
})

test('the one-time token buys a session and leaves the address bar', async () => {
  const { peer, stored, replaced, transport } = await start('#token=once')
  expect(await transport.call('Overview', [])).toEqual({ ok: true })
  expect(replaced).toEqual(['/#/'])
  expect(stored.get('billfold.session')).toBe('session-1')
  const call = peer.requests.find((request) => request.path === '/call/Overview')
  expect(call).toMatchObject({ authorization: 'Bearer session-1', own: '1', body: '[]' })
})

test('a reload goes on with the session that was kept', async () => {
  const { transport } = await start('#/invoices', { 'billfold.session': 'session-1' })
  expect(await transport.call('Overview', [])).toEqual({ ok: true })
})

test('an address may lead to a view', async () => {
  const { replaced } = await start('#token=once&open=invoices/in_1')
  expect(replaced).toEqual(['/#/invoices/in_1'])
})

test('a used token falls back on the session that was kept', async () => {
  const { transport } = await start('#token=used', { 'billfold.session': 'session-1' })
  expect(await transport.call('Overview', [])).toEqual({ ok: true })
})

test.each([
  ['no token and no session', '#/', {}],
  ['a wrong token', '#token=wrong', {}],
  ['a session the server does not know', '#/', { 'billfold.session': 'old' }],
])('%s ends the page', async (_, hash, kept) => {
  const { links, stored, transport } = await start(hash, kept)
  await expect(transport.call('Overview', [])).rejects.toMatchObject({ code: 'signed_out' })
  expect(links.at(-1)).toBe('ended')
  expect(stored.size).toBe(0)
})

test('a refusal arrives as its code and message', async () => {
  const { transport } = await start('#token=once')
  await expect(transport.call('Invoice', ['in_0'])).rejects.toEqual({
    code: 'not_found',
    message: 'No such invoice.',
  })
})

test('an answer that is no JSON is a problem of the server', async () => {
  const { transport } = await start('#token=once')
  await expect(transport.call('Html', [])).rejects.toMatchObject({ code: 'unavailable' })
})

test('an empty answer is nothing', async () => {
  const { transport } = await start('#token=once')
  expect(await transport.call('Sync', [])).toBeNull()
})

test('events are heard, and after the server came back everything is announced', async () => {
  const { peer, port, links, transport } = await start('#token=once')
  const heard = vi.fn()
  transport.listen('changed', heard)
  await vi.waitFor(() => expect(peer.streams).toHaveLength(1))
  peer.streams[0]?.write('event: changed\ndata: {}\n\n')
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1))

  await peer.close()
  await vi.waitFor(() => expect(links.at(-1)).toBe('stopped'))
  await expect(transport.call('Overview', [])).rejects.toMatchObject({ code: 'unavailable' })

  await peer.listen(port)
  await vi.waitFor(() => expect(links.at(-1)).toBe('live'), { timeout: 8000 })
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2))
}, 15_000)
