import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayHoldWholeFloat, readJson, writeJson } from './exact.ts'

const read = (text: string) => writeJson(readJson(text))

describe('readJson() and writeJson()', () => {
  it('give numbers back as they were written', () => {
    const texts = [
      '0',
      '-1',
      '1234567890123456789',
      '-9223372036854775809',
      `1${'0'.repeat(400)}`,
      '1.0',
      '-0.0',
      '12.5',
      '1e400',
      '-1E999',
    ]
    for (const text of texts) expect([read(text), read(`{"a":[${text},${text}]}`)]).toEqual([text, `{"a":[${text},${text}]}`])
  })

  it('write doubles by their value, whatever their spelling was', () => {
    const cases = {
      '1E5': '100000.0',
      '1.50': '1.5',
      '-0': '0',
      '1e-7': '1e-7',
      '0.30000000000000004': '0.30000000000000004',
      '10.00': '10.0',
    }
    for (const [text, written] of Object.entries(cases)) expect([text, read(text)]).toEqual([text, written])
  })

  it('keep any integer, beside any text', () => {
    const value = fc.record({ n: fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), s: fc.string() })
    fc.assert(
      fc.property(fc.array(value), items => {
        const text = `[${items.map(({ n, s }) => `{"n":${n},"s":${JSON.stringify(s)}}`).join()}]`
        expect(read(text)).toBe(text)
      }),
    )
  })

  it('read what JSON.parse reads, where doubles hold it', () => {
    fc.assert(fc.property(fc.json(), text => void expect(JSON.parse(read(text))).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))))))
  })

  it('keep texts that look like numbers, and keys of any name', () => {
    const text = '{"__proto__":"1.0","n":"x: 1234567890123456789","1":1.0}'
    expect(JSON.parse(read(text))).toEqual(JSON.parse(text))
    expect(Object.getPrototypeOf(readJson(text))).toBe(Object.prototype)
  })

  it('refuse a million levels with a sentence, and count no brackets of texts', () => {
    expect(() => readJson('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toThrow('it is nested more than 1000 levels deep')
    expect(() => readJson('{"a":'.repeat(1_000_000))).toThrow('it is nested more than 1000 levels deep')
    expect(read(JSON.stringify(['['.repeat(5000)]))).toBe(JSON.stringify(['['.repeat(5000)]))
  })
})

describe('mayHoldWholeFloat()', () => {
  it('says yes of every float that is whole, wherever it stands', () => {
    for (const float of ['1.0', '-1.0', '10.00', '1.0e5', '0.0E-3'])
      for (const around of ['#', '[#]', '[#,2]', '[2,#]', '{"a":#}', '{"a" : # }', '[\n#\n]', '[\t#\r]'])
        expect([around, mayHoldWholeFloat(around.replace('#', float))]).toEqual([around, true])
  })

  it('does not take a time for one, nor a version, nor another float', () => {
    const texts = ['2026-03-04T10:00:02.000Z', '10:00:02.000+01:00', '2.0.1', '[1.05]', 'v1.0']
    for (const text of texts) expect([text, mayHoldWholeFloat(JSON.stringify({ text }))]).toEqual([text, false])
    for (const text of ['[1.05]', '{"a":10.01}', '{"a":0.001}']) expect([text, mayHoldWholeFloat(text)]).toEqual([text, false])
  })
})
