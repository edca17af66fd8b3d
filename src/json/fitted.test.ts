import { execFileSync } from 'node:child_process'
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

/** Bytes of heap that a list takes of which `make` writes the source, in a process where nothing else comes and goes meanwhile. */
function bytesOf(make: string): number {
  const script = `
    import { fitted, pushed } from ${JSON.stringify(new URL('fitted.ts', import.meta.url).href)}
    const make = ${make}
    const item = {}
    const kept = new Array(100_000).fill(null)
    for (let i = 0; i < 1_000; i++) make(item)
    gc()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < kept.length; i++) kept[i] = make(item)
    gc()
    console.log((process.memoryUsage().heapUsed - before) / kept.length)`
  return Number(execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], { encoding: 'utf8' }))
}

it('lists of one item each, of which there are very many, take half of what they take where the item was pushed', () => {
  const grown = bytesOf('item => { const list = []; list.push(item); return list }')
  expect(grown).toBeGreaterThan(0)
  expect(bytesOf('item => pushed(undefined, item)') / grown).toBeLessThan(0.5)
  expect(bytesOf('item => { const list = []; list.push(item); return fitted(list) }') / grown).toBeLessThan(0.5)
})
