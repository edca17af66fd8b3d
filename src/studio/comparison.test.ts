import { expect, it } from 'vitest'
import { alignCalls } from './comparison.ts'

const calls = (text: string) => [...text].map((brief, message) => ({ message, name: 'Bash', brief, failed: brief === brief.toUpperCase() }))
const shown = (...sessions: string[]) => {
  const { rows, parted } = alignCalls(sessions.map(calls))
  return [rows.map(row => row.calls.map(call => call?.brief ?? '.').join('')).join(' '), parted]
}

it.each<[sessions: string[], rows: string, parted: number | null]>([
  [['abc', 'abc'], 'aa bb cc', null],
  [['abc', 'abd'], 'aa bb c. .d', 2],
  [['abc', 'xabc'], '.x aa bb cc', 0],
  [['abc', ''], 'a. b. c.', 0],
  [['', 'ab'], '.a .b', 0],
  [['', ''], '', null],
  [['ac', 'abc', 'axc'], 'aaa .b. ..x ccc', 1],
])('%j', (sessions, rows, parted) => {
  expect(shown(...sessions)).toEqual([rows, parted])
})

it('a call that failed in one of them is not the same', () => {
  const [first, second] = [calls('ab'), calls('ab')]
  second[1] = { ...second[1]!, failed: true }
  expect(alignCalls([first, second]).parted).toBe(1)
})

it('sessions that have nothing in common are told one below the other, and take no long time', () => {
  const many = (prefix: string) => Array.from({ length: 20_000 }, (_, i) => ({ message: i, name: prefix, brief: String(i), failed: false }))
  const { rows, left_out } = alignCalls([many('a'), many('b')])
  expect([rows.length, left_out]).toEqual([3000, 37_000])
})
