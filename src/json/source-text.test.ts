import { describe, expect, it } from 'vitest'
import { sourceAt } from './source-text.ts'

type Path = (string | number)[]

const TEXT = ` { "a" : [ {"n": [1.0, [2, {"deep": 1e3}], "x]\\"}"], "b": {}}, [], {"n": [ ] , "n": [true, null]} ],
  "z": [[[0], [1, 1.50]], [[2]]], "empty": [] }`

const WAYS: [Path, string | null][] = [
  [['a', 0, 'n', 0], '1.0'],
  [['a', 0, 'n', 1, 1, 'deep'], '1e3'],
  [['a', 0, 'n', 1, 0], '2'],
  [['a', 0, 'n', 2], '"x]\\"}"'],
  [['a', 0, 'n', 3], null],
  [['a', 0, 'b'], '{}'],
  [['a', 1], '[]'],
  [['a', 1, 0], null],
  [['a', 2, 'n', 0], 'true'],
  [['a', 2, 'n', 1], 'null'],
  [['a', 3], null],
  [['z', 0, 1, 1], '1.50'],
  [['z', 0, 0, 0], '0'],
  [['z', 1, 0, 0], '2'],
  [['z', 1, 0], '[2]'],
  [['z', 'n'], null],
  [['empty', 0], null],
  [['gone', 0], null],
  [[0], null],
]

describe('the source of a value', () => {
  it('is what was written, in whatever order values are asked for', () => {
    for (const shift of WAYS.keys())
      for (const ways of [[...WAYS.slice(shift), ...WAYS.slice(0, shift)], WAYS.toReversed(), WAYS.flatMap(way => [way, WAYS[shift]!])])
        for (const [path, source] of ways) expect(sourceAt(TEXT, path), `${path.join('.')} after ${shift}`).toBe(source)
  })

  it('is of the text that is asked of, whatever was asked of before', () => {
    expect(sourceAt('[[1],[2]]', [1, 0])).toBe('2')
    expect(sourceAt('[[1],[3]]', [1, 0])).toBe('3')
    expect(sourceAt('[]', [1, 0])).toBe(null)
    expect(sourceAt('[[1],[2]]', [0, 0])).toBe('1')
  })

  it('is found for one element after the other by going through the text once', () => {
    const count = 200_000
    const text = `{"list":[${Array.from({ length: count }, (_, i) => `{"items":[${i},{"v":${i}}]}`).join(',')}]}`
    for (let i = 0; i < count; i++) expect(sourceAt(text, ['list', i, 'items', 1, 'v'])).toBe(`${i}`)
  })
})
