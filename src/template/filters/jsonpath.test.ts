import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../template.ts'
import { failureOf } from '../testing/failure-of.ts'

describe('jsonpath', () => {
  const context = {
    doc: {
      nums: [1, 2, 3, 4],
      things: [
        { type: 'bar', name: 'outside', n: 1 },
        { type: 'foo', name: 'cat', n: 2 },
        { type: 'bar', name: 'dog', n: 3, deep: { name: 'inner' } },
      ],
      'a key': 5,
    },
  }
  it.each([
    ['$.nums[:2]', [1, 2]],
    ['$.nums[-1]', [4]],
    ['$.nums[::-2]', [4, 2]],
    ['$.nums[0,2]', [1, 3]],
    ["$['a key']", [5]],
    ["$.things[?(@.type=='bar')].name", ['outside', 'dog']],
    ["$.things[?@.n > 1 && @.type != 'foo'].n", [3]],
    ['$.things[?(!@.deep)].name', ['outside', 'cat']],
    ['$.things[?@.n == $.nums[1]].name', ['cat']],
    ['$..name', ['outside', 'cat', 'dog', 'inner']],
    ['$.things[*].type', ['bar', 'foo', 'bar']],
    ['$.missing.more', []],
  ])('finds %s', (expression, found) => {
    expect(compileTemplate('{{ doc | jsonpath(path) }}', { profile: 'strict' }).evaluate({ ...context, path: expression })).toEqual(found)
  })

  it('refuses what it cannot read, and anything but a dictionary', () => {
    expect(failureOf("{{ doc | jsonpath('$.[') }}", context).sentence).toContain("Cannot read the JSONPath '$.['")
    expect(failureOf("{{ doc.nums | jsonpath('$') }}", context).sentence).toContain('jsonpath needs a dictionary: found list')
  })
})
