import { expect, it } from 'vitest'
import { KeyTable } from './key-table.ts'

it('gives each key to whoever came first, however many there are', () => {
  const table = new KeyTable()
  for (let i = 0; i < 20_000; i++) table.add([Math.imul(i, 7919), i % 3], i)
  for (let i = 0; i < 20_000; i++) table.add([Math.imul(i, 7919), i % 3], -5 - i)
  for (let i = 0; i < 20_000; i++) if (table.get([Math.imul(i, 7919), i % 3]) !== i) expect.unreachable(`key ${i}`)
  expect(table.get([1, 1])).toBeNull()
})
