import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import { asWritten, parseRecord, withoutNonNumbers } from './as-written.ts'
import { Ledger } from './ledger.ts'

const digits = '1234567890123456789012345678901234567890'

function read(text: string) {
  const ledger = new Ledger({ key: 'log', files: ['log'] })
  const parsed = parseRecord(text)
  const record = asWritten(parsed.value as JsonObject, parsed, text, ledger.read('log', 1), ledger)
  return { record, isGiven: record === parsed.value && parsed.remarks === null, remarks: ledger.takeDeep().map(({ code }) => code) }
}

describe('asWritten()', () => {
  it.each([
    `{"n":${digits}}`,
    '{"n":-9007199254740993}',
    '{"a":[1,{"b":1234567890123456789}]}',
    '{"n":1.0}',
    '{"n":[0.0,-1.00,10.0]}',
    '{"n":1e400,"s":"1e400"}',
    '{"s":"a \\"1.0\\" b","n":-0.0}',
    `{"[${digits}]":${digits}}`,
  ])('keeps the numbers of %s', text => {
    const { record } = read(text)
    expect(writeJson(record)).toBe(text.replace('-1.00', '-1.0'))
  })

  it('keeps keys of a single escape, which an engine may read as a backslash', () => {
    const names = ['"', '\n', '/', 'a', '\t', '\\\\', 'b']
    for (const one of names)
      for (const other of names) {
        const text = JSON.stringify({ type: 'x', n: [{ [one]: 1, [other]: { [one]: [0.5] } }] })
        expect(writeJson(read(text).record)).toBe(text)
      }
  })

  it.each([
    '{"version":"2.1.0","url":"http://127.0.0.1:80/a?b=1.0","n":[1,0.5,-3,1.25,12.05,1e-7]}',
    `{"id":"${digits}","text":"${digits} ${digits}","n":9007199254740991}`,
    '{"text":"x = [1.05, 2.001]"}',
    '{"a.0":1}',
  ])('takes %s as it was given', text => {
    expect(read(text).isGiven).toBe(true)
  })

  it('is the value that was written, whatever it is', () => {
    const number = fc.oneof(
      fc.bigInt(-(10n ** 40n), 10n ** 40n).map(String),
      fc.integer().map(n => `${n}.0`),
      fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }).map(String),
    )
    const value = fc.letrec<{ value: string }>(tie => ({
      value: fc.oneof(
        number,
        fc.string().map(text => JSON.stringify(text)),
        fc.array(tie('value'), { maxLength: 4 }).map(items => `[${items.join()}]`),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }).map(
          items =>
            `{${Object.entries(items)
              .map(([key, item]) => `${JSON.stringify(key)}:${item}`)
              .join()}}`,
        ),
      ),
    })).value
    fc.assert(
      fc.property(value, inner => {
        const text = `{"n":${inner}}`
        expect(writeJson(read(text).record).replaceAll('e+', 'e')).toBe(text.replaceAll('e+', 'e'))
      }),
      { seed: 20261129, numRuns: 500 },
    )
  })

  it('keeps numbers that lie too deep, in the text they are kept as', () => {
    const { record, remarks } = read(`{"n":${'['.repeat(500)}${digits},1.0${']'.repeat(500)}}`)
    expect(remarks).toEqual(['nested_too_deep'])
    expect(writeJson(record)).toContain(`${digits},1.0`)
  })

  it('keeps the digits of what nobody reads as a number, and says so', () => {
    const { record, remarks } = read(`{"n":${'7'.repeat(5000)}}`)
    expect(record['n']).toBe('7'.repeat(5000))
    expect(remarks).toEqual(['number_kept_as_text'])
  })
})

describe('withoutNonNumbers()', () => {
  it.each([
    ['{"n":NaN,"s":"NaN, really: NaN"}', { n: null, s: 'NaN, really: NaN' }],
    ['{"n":[-Infinity, Infinity ]}', { n: [null, null] }],
  ])('reads %s', (text, record) => expect(withoutNonNumbers(text)).toEqual(record))

  it.each(['{"n":NaN', '{"n":nan}', '{"s":"[NaN]', '[NaN]'])('finds no record in %s', text => expect(withoutNonNumbers(text)).toBeNull())
})
