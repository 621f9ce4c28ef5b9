import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventReader } from './eventstream'

const stream =
  ': hello\n\nevent: changed\ndata: {}\n\nevent: sync\r\ndata: {}\r\n\r\n: beat\n\ndata: {}\n\nevent: lost\n\n'

test('events are heard however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const heard: string[] = []
      const reader = new EventReader((name) => heard.push(name))
      const places = [0, ...cuts.sort((a, b) => a - b), stream.length]
      places.slice(1).forEach((end, index) => reader.push(stream.slice(places[index], end)))
      expect(heard).toEqual(['changed', 'sync', 'message'])
    }),
  )
})
