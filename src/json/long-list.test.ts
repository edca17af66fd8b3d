import fc from 'fast-check'
import { expect, it } from 'vitest'
import { drained, LongList } from './long-list.ts'

it('a long list gives what was pushed to it, in order, however much that is', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 4095, 4096, 4097, 8192, 20_000), length => {
      const list = new LongList<number>()
      for (let i = 0; i < length; i++) {
        list.push(i)
        expect(list.last).toBe(i)
      }
      expect(list.toArray()).toEqual(Array.from({ length }, (_, i) => i))
    }),
  )
})

it('a list that is drained holds what did not come yet, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), items => {
      const list = [...items]
      const came: number[] = []
      for (const item of drained(list)) {
        came.push(item)
        expect(list.toSorted()).toEqual(items.slice(came.length).toSorted())
      }
      expect(came).toEqual(items)
    }),
  )
})
