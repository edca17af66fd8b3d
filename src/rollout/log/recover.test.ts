import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recover } from './recover.ts'

const isRecord = (record: object) => 'type' in record

function read(text: string, isEnded = true) {
  return [...recover(text, { isRecord, isEnded })].map(({ record, start, end }) => (record === null ? text.slice(start, end) : record['n']))
}

const whole = (n: unknown) => JSON.stringify({ type: 'note', n })

describe('recover()', () => {
  it.each([
    ['a string', '{"type":"note","n":"cut in the '],
    ['a string, behind a backslash', '{"type":"note","n":"cut \\'],
    ['an escape', '{"type":"note","n":"cut \\u00'],
    ['a key', '{"type":"note","na'],
    ['a number', '{"type":"note","n":12'],
    ['a word', '{"type":"note","n":tru'],
    ['front of a value', '{"type":"note","n":'],
    ['a list', '{"type":"note","n":[1,2,'],
    ['a list of objects', '{"type":"note","n":[{"type":"a"},'],
    ['behind a member', '{"type":"note","n":{"type":"inner","n":9},'],
    ['behind the first bracket', '{'],
    ['a record in a record', '{"type":"note","n":{"type":"inner","n":{"type":"inmost","n":"'],
  ])('finds the whole record behind a record torn in %s', (_, torn) => {
    expect(read(torn + whole(2))).toEqual([torn, 2])
    expect(read(`${torn}${whole(2)}${whole(3)}\r`)).toEqual([torn, 2, 3])
    expect(read(`${whole(1)}${torn}${whole(2)}`)).toEqual([1, torn, 2])
  })

  it.each([
    ['torn', '{"a":{"type":"note","n":1},"b":"'],
    ['torn behind its list', '{"a":[{"type":"note","n":1},{"type":"note","n":2}],"b":'],
    ['with a byte that is wrong', '{"a":tr?e,"b":{"type":"note","n":1},"c":[{"type":"note","n":2},{"type":"note","n":3}],"d":1}'],
    ['with a byte that is wrong in front of a member', '{"a":1,"b"?{"type":"note","n":1},"d":1}'],
    ['whose start is lost', '"x":[{"type":"note","n":1},{"type":"note","n":2}],"c":{"type":"note","n":3}}'],
    ['whose brackets do not match', '{"a":[{"type":"note","n":1}}'],
    ['that is whole, and none of ours', '{"a":{"type":"note","n":1}} and more'],
  ])('takes nothing out of the inside of a record %s', (_, text) => {
    expect(read(text)).toEqual([text])
  })

  it.each([
    ['behind one of several that are alike', `{"a":[${whole(1)},${whole(2)}`, []],
    [
      'behind one of several that are alike, with more in them',
      `{"a":1,"b":{"c":[{"type":"x","n":[{"d":1}]},{"type":"y","n":[{"d":2}]}`,
      [],
    ],
    ['behind its first, in front of a record', `{"a":[${whole(1)}${whole(2)}`, [2]],
    ['behind the last of several, in front of a record', `{"a":[${whole(1)},${whole(2)}${whole(3)}${whole(4)}`, [3, 4]],
    ['with white space, in front of a record', `{"a": [ ${whole(1)} , ${whole(2)} ${whole(3)}`, [3]],
    ['within lists of lists', `{"a":[[${whole(1)},${whole(2)}${whole(3)}`, [3]],
  ])('takes no element of a torn list for a record, torn %s', (_, text, found) => {
    const { length } = text
    const records = read(text).filter(item => typeof item === 'number')
    expect(records).toEqual(found)
    expect(read(text).filter(item => typeof item === 'string')).toEqual(
      found.length === 0
        ? [text]
        : [text.slice(0, length - found.map(whole).join('').length).trimEnd()].map(torn => expect.stringContaining(torn.trimEnd())),
    )
  })

  it('takes an object of another shape behind a torn list for a record', () => {
    expect(read(`{"a":[{"type":"x","text":"y"},${whole(2)}`)).toEqual(['{"a":[{"type":"x","text":"y"},', 2])
    expect(read(`{"a":[1,${whole(2)}`)).toEqual(['{"a":[1,', 2])
  })

  it('takes what ends a line for a record that was appended, and what ends a file for a piece', () => {
    const text = `{"type":"x","a":${whole(1)}`
    expect(read(text)).toEqual(['{"type":"x","a":', 1])
    expect(read(text, false)).toEqual([text])
  })

  it.each([
    ['of a list that is all there is', `{"$set":{"messages":[${whole(1)}`],
    ['of a list of a list', `{"rows":[[${whole(1)}`],
    ['behind members', `{"at":1,"by":"x","said":[{"n":2},[${whole(1)}`],
    ['behind a colon', `{"at":1,"said":${whole(1)}`],
    ['behind a colon, with white space', `{ "at" : 1 , "said" : ${whole(1)}  `],
  ])('takes what shares no key with the torn record for a piece of it, the first %s', (_, text) => {
    expect(read(text)).toEqual([text])
  })

  it.each([
    ['a list', '{"at":1,"type":"x","said":['],
    ['an object', '{"type":"x","said":{"by":'],
    ['its first key', '{"type":'],
  ])('takes what begins as the torn record does for one that was appended, behind %s', (_, torn) => {
    expect(read(`${torn}${whole(1)}`)).toEqual([torn, 1])
  })

  it.each([
    ['brackets of objects', (n: number) => '{"a":'.repeat(n)],
    ['quotes', (n: number) => '{"'.repeat(n)],
    ['brackets of lists', (n: number) => `{"a":${'['.repeat(n)}`],
    ['brackets of both, closed', (n: number) => `{"a":"x${'{"a":['.repeat(n)}${']}'.repeat(n)}`],
    ['brackets that never match', (n: number) => '{"a":[}'.repeat(n)],
    ['backslashes', (n: number) => `{"${'\\'.repeat(n)}{"a`],
    ['texts in texts', (n: number) => `{"a":"{\\"a\\":${'"{"a":"'.repeat(n)}`],
    ['digits', (n: number) => `{"a":${'1'.repeat(n)}x{"a":${'1'.repeat(n)}`],
    ['whole objects that are no records', (n: number) => `{"a":"${'{"b":{"c":1}}'.repeat(n)}`],
    ['whole records', (n: number) => whole(1).repeat(n)],
    ['a torn tool result', (n: number) => `${whole(1).slice(0, -1)},"r":${JSON.stringify('{"a":'.repeat(n)).repeat(2)}`],
  ])('looks at no token of %s more than twice', (_, make) => {
    for (const n of [10, 1000, 100_000]) {
      const text = make(n)
      let steps = 0
      for (const _ of recover(text, { isRecord, onStep: () => void steps++ }));
      expect(steps, String(n)).toBeLessThanOrEqual(2 * text.length)
    }
  })

  it('looks at no token more than twice, and loses no character, whatever stands on a line', () => {
    const token = fc.constantFrom('{"', '{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' ', '"type"', 'null', '{"type":"x"}', '\0')
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), tokens => {
        const text = tokens.join('')
        let steps = 0
        const stretches = [...recover(text, { isRecord, onStep: () => void steps++ })]
        expect(steps).toBeLessThanOrEqual(2 * text.length)
        let at = 0
        for (const { start, end } of stretches) {
          expect(text.slice(at, start).trim()).toBe('')
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(text.slice(at).trim()).toBe('')
      }),
      { seed: 11, numRuns: 3000 },
    )
  })
})
