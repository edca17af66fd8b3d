import { describe, expect, it } from 'vitest'
import { pythonJson, pythonRepr } from '../python/text.ts'
import { Float, JsonSyntaxError, parseLossless } from './lossless.ts'

describe('parseLossless()', () => {
  it('keeps what JSON.parse loses: floats that are whole, integers above 2^53, NaN', () => {
    expect(parseLossless('[1, 1.0, 1e3, 12345678901234567890, 0.5, NaN, -Infinity]')).toEqual([
      1,
      new Float(1),
      new Float(1000),
      12345678901234567890n,
      0.5,
      NaN,
      -Infinity,
    ])
  })

  it('keeps the order of keys that look like integers, for whoever prints them as Python does', () => {
    const value = parseLossless('{"b": 1, "10": {"2": 1.0, "1": true}, "a": null, "10": [3]}')
    expect(pythonRepr(value)).toBe("{'b': 1, '10': [3], 'a': None}")
    expect(pythonJson(parseLossless('{"b": 1, "10": {"2": 1.0, "1": true}}'))).toBe('{"b": 1, "10": {"2": 1.0, "1": true}}')
  })

  const faults: [text: string, reason: string, offset: number][] = [
    ['', 'Expecting value', 0],
    ['[1,]', 'Expecting value', 3],
    ['[1 2]', "Expecting ',' delimiter", 3],
    ['{"a":1,}', 'Expecting property name enclosed in double quotes', 7],
    ['{"a" 1}', "Expecting ':' delimiter", 5],
    ['1 2', 'Extra data', 2],
    ['["a', 'Unterminated string starting at', 1],
    ['"a\nb', 'Invalid control character at', 2],
    ['"a\\q', 'Invalid \\escape', 2],
    ['"a\\u12"', 'Invalid \\uXXXX escape', 3],
    ['\uFEFF{}', 'Unexpected UTF-8 BOM (decode using utf-8-sig)', 0],
  ]
  for (const [text, reason, offset] of faults)
    it(`says what is wrong with ${JSON.stringify(text)} as Python does`, () => {
      const error = (() => {
        try {
          return parseLossless(text)
        } catch (thrown) {
          return thrown
        }
      })()
      expect(error).toBeInstanceOf(JsonSyntaxError)
      expect(error).toMatchObject({ reason, offset })
    })

  it('refuses what Python refuses: nesting without end and integers of more than 4300 digits', () => {
    expect(() => parseLossless('{"a":'.repeat(5000))).toThrow('maximum recursion depth exceeded while decoding a JSON object')
    expect(() => parseLossless('-'.concat('1'.repeat(4301)))).toThrow('value has 4301 digits')
    expect(parseLossless('1'.repeat(4300))).toBe(BigInt('1'.repeat(4300)))
  })
})
