import { expect, it } from 'vitest'
import { RawArguments } from './raw-arguments.ts'

const call = (id: string, args: string, keys = ['id', 'name', 'arguments']) =>
  `{"type":"toolCall",${keys.map(key => `"${key}":${{ id: JSON.stringify(id), name: '"till"', arguments: args }[key]}`).join()}}`

/** The arguments of the calls of a record, as they are kept. */
function keptOf(calls: readonly string[]): string[] {
  const text = `{"type":"message","message":{"role":"assistant","content":[${calls.join()}]}}`
  const record = JSON.parse(text)
  const raw = new RawArguments()
  raw.collect(record, text)
  return record.message.content.map((block: never) => raw.of(block))
}

it('keeps arguments as they were written, be calls alike, or their keys in another order', () => {
  const written = ['{"bed":1.0}', '{"bed":2}', '{"bed":2}', '{"bed":1e2}', '{"bed":3}']
  const keys = (i: number) => (i === 1 ? ['name', 'id', 'arguments'] : undefined)
  expect(keptOf(written.map((args, i) => call('call_0', args, keys(i))))).toEqual(written)
  expect(keptOf(written.map((args, i) => call(`c${i}`, args, keys(i))))).toEqual(written)
})

// Looking through the record anew for each takes a minute and more.
it.each([
  ['as they are serialised', undefined],
  ['with keys in another order', ['name', 'id', 'arguments']],
])('keeps those of very many calls in a record, %s', (_, keys) => {
  const written = Array.from({ length: 60_000 }, (_, i) => `{"bed":${i}}`)
  expect(keptOf(written.map((args, i) => call(`c${i}`, args, keys)))).toEqual(written)
})
