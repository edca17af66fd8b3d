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
