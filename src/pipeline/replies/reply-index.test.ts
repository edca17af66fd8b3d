import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ReplyIndex } from './reply-index.ts'

it('ReplyIndex finds each of many keys, the latest place of each, and no other', () => {
  const index = new ReplyIndex()
  const keys = Array.from({ length: 20_000 }, (_, n) => hash('sha256', `${n}`))
  for (const [n, key] of keys.entries()) index.set(key, { offset: n * 2 ** 30, length: n })
  index.set(keys[5]!, { offset: 1, length: 2 })
  expect(index.size).toBe(20_000)
  expect(keys.every((key, n) => n === 5 || index.get(key)?.offset === n * 2 ** 30)).toBe(true)
  expect(index.get(keys[5]!)).toEqual({ offset: 1, length: 2 })
  expect(index.get(hash('sha256', 'another'))).toBe(null)
  expect(index.get('0'.repeat(64))).toBe(null)
})
