import { expect, test } from 'vitest'
import { Backend } from './backend'
import { wailsTransport } from './wails'

test('a window without bindings is not the desktop window', () => {
  expect(wailsTransport({})).toBeNull()
})

test('calls reach the bound methods, and their refusals keep code, message and field', async () => {
  const asked: unknown[][] = []
  const transport = wailsTransport({
    go: {
      main: {
        App: {
          Invoice: (...args: unknown[]) => {
            asked.push(args)
            return Promise.reject({ code: 'not_found', message: 'No such invoice.', field: 'id' })
          },
          Scenarios: () => Promise.resolve([{ name: 'active', description: '' }]),
        },
      },
    },
  })
  if (!transport) throw new Error('no transport')
  const backend = new Backend(transport)
  await expect(backend.invoice('in_1')).rejects.toMatchObject({
    code: 'not_found',
    message: 'No such invoice.',
    field: 'id',
  })
  expect(asked).toEqual([['in_1']])
  expect(await backend.scenarios()).toHaveLength(1)
  await expect(backend.about()).rejects.toMatchObject({ code: 'internal' })
})
