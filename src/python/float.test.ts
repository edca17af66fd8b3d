import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cast } from '../column/expression.ts'
import { asFloat } from '../json/number.ts'
import { pythonFloat } from './float.ts'
import { floatRepr } from './text.ts'

/** What `repr(float(text))` gave in CPython 3.11, null where it raised ValueError. */
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'float-cases.json'), 'utf8')) as [text: string, repr: string | null][]

describe('pythonFloat()', () => {
  it.each(cases)('reads %j as CPython does', (text, repr) => {
    const value = pythonFloat(text)
    expect(value === null ? null : floatRepr(value)).toBe(repr)
  })

  it('is what columns and filters read numbers with', () => {
    expect(cast('1e1_0', 'float')).toEqual(asFloat(1e10))
    expect(cast('\x853', 'int')).toBe(3)
    for (const text of ['\x1c3', '\ufeff3']) expect(() => cast(text, 'float')).toThrow(/Cannot read the expression's result as float/)
  })
})
