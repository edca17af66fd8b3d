import { expect, it } from 'vitest'
import { compareCodePoints, sortCodePoints } from './text.ts'

it.each([
  [['b', 'a', '', 'ab', 'a']],
  [['\u{1f600}', '\uffff', 'z', '\ue000', '\u{10000}a', '\u{10000}']],
  [['a\ud800', 'a\uffff', 'a\udfff', 'a']],
  [['é', 'e', 'ß', 'Z', '\uff5e']],
])('texts %j are sorted by code points', texts => {
  const byCodePoints = (a: string, b: string) => {
    const [x, y] = [[...a], [...b]].map(points => points.map(point => point.codePointAt(0)!.toString(16).padStart(6, '0')).join('')) as [
      string,
      string,
    ]
    return x < y ? -1 : Number(x > y)
  }
  const isWhole = texts.every(text => text.isWellFormed())
  expect(sortCodePoints([...texts])).toEqual(texts.toSorted(isWhole ? byCodePoints : compareCodePoints))
})
