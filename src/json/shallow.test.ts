import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json } from './json.ts'
import { isDeeper, shallow } from './shallow.ts'

function nested(levels: number, open: string, inner: string, close: string): Json {
  return JSON.parse(open.repeat(levels) + inner + close.repeat(levels)) as Json
}

it('keeps what lies too deep as its JSON text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, levels) => {
      const cut = shallow(value as Json, levels)
      expect(isDeeper(cut, levels)).toBe(false)
      if (!isDeeper(value, levels)) expect(cut).toEqual(value)
      else if (levels === 0) expect(JSON.parse(cut as string)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { seed: 20261128 },
  )
})

it.each([
  ['lists', '[', '1', ']'],
  ['objects', '{"a":', '{"b":[],"c":{}}', '}'],
  ['both', '[1,{"__proto__":', '"x"', '},2]'],
])('takes %s of any depth', (_, open, inner, close) => {
  const deep = nested(50_000, open, inner, close)
  expect(isDeeper(deep, 128)).toBe(true)
  const text = JSON.stringify(shallow(deep, 0))
  expect(JSON.parse(text)).toBe(open.repeat(50_000) + inner + close.repeat(50_000))
  expect(isDeeper(shallow(deep), 128)).toBe(false)
})
