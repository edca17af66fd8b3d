import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitted, pushed } from './fitted.ts'

it('a list that was grown or fitted holds what it held, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), items => {
      const grown = items.reduce<unknown[] | undefined>((list, item) => pushed(list, item), undefined)
      expect(grown ?? []).toStrictEqual(items)
      expect(fitted([...items])).toStrictEqual(items)
    }),
  )
})

it('lists of one item each, of which there are very many, take half of what they take where the item was pushed', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const bytesOf = (make: (i: number) => object[]): number => {
    const kept: object[][] = []
    const item = {}
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 100_000; i++) kept.push(make(i).fill(item))
    collect()
    return (process.memoryUsage().heapUsed - before) / kept.length
  }
  const grown = bytesOf(() => {
    const list: object[] = []
    list.push({})
    return list
  })
  expect(bytesOf(() => pushed(undefined, {})) / grown).toBeLessThan(0.5)
  expect(
    bytesOf(() => {
      const list: object[] = []
      list.push({})
      return fitted(list)
    }) / grown,
  ).toBeLessThan(0.5)
})
