import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { writeJson } from './exact.ts'
import type { Json } from './json.ts'
import { readMarked } from './marked.ts'
import { numberOf } from './number.ts'

const exact = (source: string) => numberOf(source) as Json

/** A value of JSON, and a text that says it. */
type Written = { text: string; value: Json }

const number = fc
  .oneof(
    fc.integer().map(String),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.tuple(fc.integer(), fc.nat({ max: 3 })).map(([n, zeros]) => `${n}.0${'0'.repeat(zeros)}`),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('-0', '-0.0', '0.0', '1e5', '1E+5', '-1.5e-7', '1e400', '12345678901234567.25', '0.1000'),
  )
  .map((text): Written => ({ text, value: exact(text) }))
const string = fc
  .oneof(fc.string(), fc.constantFrom('x, 1.0', '[1e5]', '"', '\\', '\\"1.0', ':1.0,', '{"a":2.0}'))
  .map(value => ({ text: JSON.stringify(value), value }))
// A key of a single escape is not asked for: an engine may misread it, and who reads records looks for that (strain.ts).
const keys = string.filter(({ text }) => !/^"\\(?:.|u....)"$/.test(text))
const { written } = fc.letrec<{ written: Written }>(tie => ({
  written: fc.oneof(
    { depthSize: 'small' },
    number,
    string,
    fc.constantFrom(true, false, null).map(value => ({ text: String(value), value })),
    fc
      .array(tie('written'))
      .map(items => ({ text: `[${items.map(({ text }) => text).join(' , ')}]`, value: items.map(({ value }) => value) })),
    fc.uniqueArray(fc.tuple(keys, tie('written')), { selector: ([key]) => key.value }).map(items => ({
      text: `{${items.map(([key, { text }]) => `${key.text}: ${text}`).join()}}`,
      value: Object.fromEntries(items.map(([key, { value }]) => [key.value, value])),
    })),
  ),
}))

test('reads any JSON with its numbers as they were written', () => {
  fc.assert(
    fc.property(written, ({ text, value }) => void expect(writeJson(readMarked(text, exact))).toBe(writeJson(value))),
    { numRuns: 1000 },
  )
})

it.each(['{"\\u0001":"1.0","n":1.0}', '{"n":1.0', '{"a": "1.0}', 'x, 1.0', '{"a":1.0,}', '"a, 1.0" 1.0'])('does not read %s', text => {
  expect(readMarked(text, exact)).toBeUndefined()
})

it('keeps the last of equal keys, and a key that is the name of a prototype', () => {
  const text = '{"a":1.0,"a":[2.0],"__proto__":3.0}'
  expect(writeJson(readMarked(text, exact))).toBe('{"a":[2.0],"__proto__":3.0}')
})
