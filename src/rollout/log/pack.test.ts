import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeFrom } from '../testing/take-from.ts'
import { pack } from './pack.ts'
import { unpack } from './unpack.ts'

const there = (value: unknown) => Buffer.concat(pack(value))
const back = (bytes: Buffer) => unpack(takeFrom(bytes))
const roundTrip = (value: unknown) => back(there(value))

describe('pack', () => {
  it('gives back any plain data as it was', () => {
    const anything = fc.anything({ withMap: true, withSet: true, stringUnit: 'binary', withNullPrototype: false })
    fc.assert(
      fc.property(anything, value => {
        expect(roundTrip(value)).toStrictEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps texts of every kind apart: long and short, wide and narrow, empty, and halves of characters', () => {
    const texts = ['', 'a', 'ÿ', 'Ā', '\ud83d', 'x'.repeat(64), 'x'.repeat(65), 'Ω'.repeat(65), 'y'.repeat(3 << 20), 'Ω'.repeat(3 << 20)]
    const all = [...texts, ...texts.toReversed(), ...Array.from({ length: 5000 }, (_, i) => `text ${i} ${'z'.repeat(i % 300)}`)]
    expect(roundTrip(all)).toEqual(all)
  })

  it('keeps numbers that JSON does not', () => {
    const numbers = [-0, Number.NaN, Infinity, 2 ** 28, -(2 ** 28), 2 ** 31, 0.5, -1]
    expect(roundTrip(numbers)).toStrictEqual(numbers)
  })

  it('keeps the order of keys, a key called __proto__, and what is undefined', () => {
    const value = JSON.parse('{"b":1,"a":2,"__proto__":{"c":3}}') as { [key: string]: unknown }
    value['d'] = undefined
    const read = roundTrip(value) as object
    expect(Object.keys(read)).toEqual(['b', 'a', '__proto__', 'd'])
    expect(Object.getOwnPropertyDescriptor(read, '__proto__')?.value).toEqual({ c: 3 })
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  it('keeps one object one, also as a key and in a circle', () => {
    const shared = { name: 'keel' }
    const value: unknown[] = [shared, [shared], new Map([[shared, new Set([shared])]])]
    value.push(value)
    const [first, list, map, self] = roundTrip(value) as [object, object[], Map<object, Set<object>>, unknown]
    expect(list[0]).toBe(first)
    expect([...map.keys()]).toEqual([first])
    expect(map.get(first)!.has(first)).toBe(true)
    expect(self).toEqual(expect.arrayContaining([self]))
  })

  it('refuses what is no plain data', () => {
    expect(() => pack({ run: () => 0 })).toThrow('Cannot pack function: it is no plain data')
  })

  it('does not unpack bytes that were changed or cut, wherever', () => {
    const bytes = there([{ text: 'mast', more: 'Ω keel', list: [1, 2.5, null] }, { text: 'sail' }])
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 0x10
      expect(() => back(changed), `byte ${at}`).toThrow()
      expect(() => back(bytes.subarray(0, at)), `cut at ${at}`).toThrow()
    }
  })
})
