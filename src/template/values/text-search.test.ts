import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstIndexOf, lastIndexOf, splitAt } from './text-search.ts'

it('finds what the engine finds, whatever the lengths', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 })
  const parts = fc.tuple(letters, fc.integer({ min: 1, max: 60 }), letters).map(([a, n, b]) => a.repeat(n) + b)
  fc.assert(
    fc.property(parts, parts, fc.nat(40), (text, part, from) => {
      fc.pre(part !== '')
      const long = `${part.repeat(Math.ceil(300 / part.length))}`
      for (const wanted of [part, long])
        for (const whole of [text, text + wanted + text + wanted, wanted + wanted.slice(1) + text]) {
          expect(firstIndexOf(whole, wanted, from)).toBe(whole.indexOf(wanted, from))
          expect(lastIndexOf(whole, wanted)).toBe(whole.lastIndexOf(wanted))
          expect(splitAt(whole, wanted)).toEqual(whole.split(wanted))
        }
    }),
    { seed: 20261128, numRuns: 300 },
  )
})

it('ends where the part almost fits everywhere', () => {
  const text = 'a'.repeat(1_000_000)
  const part = `${'a'.repeat(250_000)}b${'a'.repeat(250_000)}`
  expect([firstIndexOf(text, part), lastIndexOf(text, part), splitAt(text, part).length]).toEqual([-1, -1, 1])
})
