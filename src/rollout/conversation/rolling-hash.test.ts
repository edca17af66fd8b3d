import { expect, it } from 'vitest'
import type { Json } from '../../json/json.ts'
import { RollingHash } from './rolling-hash.ts'

const lettersOf = (...values: (Json | undefined)[]) => {
  const hash = new RollingHash()
  for (const value of values)
    if (typeof value === 'string') hash.text(value)
    else hash.json(value)
  const letters = Buffer.alloc(6)
  hash.write(letters, 0)
  return letters.toString('latin1')
}

it('stands for all values so far, in their order and with their ends', () => {
  expect(lettersOf('lamp', 'tide')).toMatch(/^[\w-]{6}$/)
  expect(lettersOf('lamp', 'tide')).toBe(lettersOf('lamp', 'tide'))
  const alike: Json[][] = [
    ['lamp', 'tide'],
    ['tide', 'lamp'],
    ['lampt', 'ide'],
    ['lamp'],
    ['lamp', ''],
    ['lamp', null],
    [['lamp', 'tide']],
    [['lamp'], 'tide'],
    [{ lamp: 'tide' }],
    [{ lamp: ['tide'] }],
    [[], 'lamp'],
    ['lamp', []],
  ]
  expect(new Set(alike.map(values => lettersOf(...values))).size).toBe(alike.length)
})

it('looks at both ends of a long text, and at its length', () => {
  const middle = 'reed '.repeat(100)
  expect(lettersOf(`lamp${middle}tide`)).toBe(lettersOf(`lamp${middle}tide`))
  for (const other of [`lamb${middle}tide`, `lamp${middle}tidy`, `lamp${middle}reed tide`])
    expect(lettersOf(`lamp${middle}tide`)).not.toBe(lettersOf(other))
})

it('tells many values apart that hardly differ', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 50_000; i++) {
    seen.add(lettersOf(`msg_${i}`, 'the same words'))
    seen.add(lettersOf('the same words', `msg_${i}`))
    seen.add(lettersOf({ exit_code: i }))
  }
  expect(seen.size).toBe(150_000)
})

it('takes in all of a text, however long and of whatever characters, as one that asks for each', () => {
  const pieces = ['tide', 'é', '灯台', '\u{1F6F3}', '\uD800', ' \n']
  const long = Array.from({ length: 20_000 }, (_, i) => pieces[(i * 7) % pieces.length]).join('')
  for (const length of [0, 1, 2, 95, 96, 97, 16_383, 16_384, 16_385, 32_769, long.length]) {
    const text = long.slice(0, length)
    const hash = new RollingHash()
    hash.whole(text)
    expect(hash.state()).toEqual(stateAfter(text))
  }
})

/** The state after one whole text, reckoned a character at a time. */
function stateAfter(text: string): readonly [number, number] {
  const start = new RollingHash()
  start.number(text.length)
  let { high, low } = start as unknown as { high: number; low: number }
  for (let i = 0; i < text.length; i += 2) {
    const pair = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16) // what is behind the end counts for nothing
    high ^= pair
    low ^= pair
    high = Math.imul((high << 15) | (high >>> 17), 0x9e3779b1)
    low = Math.imul((low << 13) | (low >>> 19), 0x5f356495)
  }
  return RollingHash.prototype.state.call(Object.assign(new RollingHash(), { high, low }))
}
