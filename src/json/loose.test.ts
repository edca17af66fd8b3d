import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './exact.ts'
import { parseLooseJson } from './loose.ts'

describe('parseLooseJson()', () => {
  it('reads JSON as JSON', () => {
    fc.assert(fc.property(fc.json(), text => void expect(parseLooseJson(text)).toEqual(readJson(text))))
  })

  it('reads what was cut off as far as it goes', () => {
    const list = fc.array(fc.record({ a: fc.integer(), b: fc.string() }), { minLength: 1 })
    fc.assert(
      fc.property(list, fc.nat(), (value, cut) => {
        const text = JSON.stringify(value)
        const read = parseLooseJson(text.slice(0, 1 + (cut % text.length)))
        if (read !== undefined) expect(Array.isArray(read)).toBe(true)
      }),
    )
  })

  it('ends on anything, with a value or without', () => {
    const noise = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', "'", ':', ',', '\\', '/', '*', '\n', 'a', '1', '“', ' '),
      maxLength: 200,
    })
    fc.assert(fc.property(noise, text => void parseLooseJson(text)))
  })

  it('gives nothing for nesting nobody means', () => {
    expect(parseLooseJson('[a,'.repeat(5_000))).toBeUndefined()
  })
})
