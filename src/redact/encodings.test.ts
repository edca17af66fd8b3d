import { expect, it } from 'vitest'
import { Random } from '../random.ts'
import { encodedIn } from './encodings.ts'

const SAID = 'the password of the shed is under the mat, behind the third pot from the left; ask for it'

it.each([
  ['base64', 0],
  ['base64', 64],
  ['base64', 76],
  ['base64url', 0],
  ['hex', 0],
] as const)('finds a text in %s, in lines of %i letters, wherever it stands', (encoding, width) => {
  const random = new Random(encoding)
  for (let length = 20; length < SAID.length; length++) {
    const whole = Buffer.from(SAID.slice(0, length)).toString(encoding)
    const written = width === 0 ? whole : whole.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\n')
    const before = ' .,:'.repeat(4).slice(0, Math.floor(random.next() * 16))
    const found = [...encodedIn(`${before}${written} and`)]
    expect(found.map(({ start, end, text }) => [start, end, text])).toEqual([
      [before.length, before.length + written.length, SAID.slice(0, length)],
    ])
    expect(Buffer.from(found[0]!.encode('under it'), encoding).toString()).toBe('under it')
  }
})

it('leaves words, paths and numbers alone', () => {
  for (const text of ['a/path/to/some/where/else', 'antidisestablishmentarianism', '0123456789012345678901234', '', 'x'.repeat(11), SAID])
    expect([...encodedIn(text)]).toEqual([])
})

it('finds what JSON writes by number, and writes it again so', () => {
  for (const slash of ['\\', '\\\\\\']) {
    const text = `{"a":"x${slash}u003dq7Zt ${slash}u0026 y","b":"plain"}`
    expect(
      [...encodedIn(text)].map(({ start, end, text: inner, encode }) => [text.slice(start, end), inner, encode('x=[token-1] & y')]),
    ).toEqual([[`x${slash}u003dq7Zt ${slash}u0026 y`, 'x=q7Zt & y', `x${slash}u003d[token-1] ${slash}u0026 y`]])
  }
  expect([...encodedIn('"\\u00e9t\\u00e9 \\u001b[0m"')]).toEqual([])
})

it('reads a text full of numbers in linear time', () => {
  const text = '\\u003d'.repeat(100_000)
  expect([...encodedIn(text)].reduce((sum, { start, end }) => sum + end - start, 0)).toBe(text.length)
})

it('reads a plus as a space, too, as forms are written, and writes it again so', () => {
  const [found] = [...encodedIn('x?k=-----BEGIN+A+KEY-----%0Aa%2Bb&y')]
  expect(found).toMatchObject({ text: '-----BEGIN+A+KEY-----\na+b', otherwise: { text: '-----BEGIN A KEY-----\na+b' } })
  expect(found!.otherwise!.encode('-----BEGIN A KEY-----\n[key 1]')).toBe('-----BEGIN+A+KEY-----%0A%5Bkey+1%5D')
  expect([...encodedIn('x?k=a%20b')][0]).not.toHaveProperty('otherwise')
})
