import { describe, expect, it } from 'vitest'
import { TracewrightError } from '../../../errors.ts'
import { readYaml } from './yaml-read.ts'

const times = (n: number, make: (i: number) => string, between = '\n') => Array.from({ length: n }, (_, i) => make(i)).join(between)

/** What no person writes, in the forms that take a parser long, or never end. */
const BOMBS: [name: string, text: string][] = [
  [
    'aliases of aliases',
    `a: &a [${times(9, () => 'x', ',')}]\n${times(9, i => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${times(9, () => `*${'abcdefghij'[i]}`, ',')}]`)}`,
  ],
  ['an alias in itself', 'a: &a [*a]'],
  ['an alias deep in itself', 'a: &a {b: [1, {c: *a}]}'],
  ['maps merged with themselves', times(300, i => `k${i}: &m${i}\n  a: 1\n  <<: [*m${Math.max(0, i - 1)}, *m${Math.max(0, i - 2)}]`)],
  ['unclosed lists', '['.repeat(100_000)],
  ['unclosed maps', '{a: '.repeat(100_000)],
  ['closed lists', '['.repeat(50_000) + ']'.repeat(50_000)],
  ['lists on one line', `${'- '.repeat(50_000)}x`],
  ['explicit keys', '? '.repeat(5000)],
  ['explicit keys on lines', times(400, i => `${' '.repeat(i)}?`)],
  ['keys in one another', times(1500, i => `${' '.repeat(i)}a:`)],
  ['quotes', '"'.repeat(100_001)],
  ['anchors', times(20_000, i => `k${i}: &a${i} 1`)],
  ['tags', '!!'.repeat(50_000)],
  ['too much', `a: ${'x'.repeat(17 << 20)}`],
]

describe('readYaml()', () => {
  it.each(BOMBS)('refuses %s in one sentence', (_, text) => {
    const started = performance.now()
    let error: unknown = null
    try {
      readYaml(text, 'bomb.yaml')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(TracewrightError)
    const { kind, sentence } = error as TracewrightError
    expect(kind).toBe('config')
    expect(sentence).toMatch(/^bomb\.yaml(?::\d+:\d+)?: Cannot parse config: [^\n]{5,400}$/)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('reads what is only large', () => {
    const many = readYaml(
      times(20_000, i => `k${i}: {a: [${i}, "q ' ["], b: '? - {'}`),
      'large.yaml',
    ) as { [key: string]: unknown }
    expect(Object.keys(many).length).toBe(20_000)
    const prompt = `prompt: |\n${times(3000, i => `  ${i}: [ ( { "quoted" & so on ? - "said" {{ messages[${i}] }} ] }`)}`
    expect(Object.keys(readYaml(prompt, 'prompt.yaml') as object)).toEqual(['prompt'])
    expect(readYaml('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}', 'merge.yaml')).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } })
  })

  it('reads quoted texts of ten megabytes, with and without escapes', () => {
    for (const text of ['k'.repeat(10_000_000), '\n'.repeat(2_000_000), '"\\['.repeat(500_000)]) {
      const value = readYaml(JSON.stringify({ [text]: [1] }), 'large.json') as object
      expect(Object.keys(value)[0] === text).toBe(true)
    }
  })

  it('says where a key stands that was there before', () => {
    expect(() => readYaml('a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n', 'twice.yaml')).toThrow(expect.objectContaining({ where: 'twice.yaml:5:3' }))
  })

  it('takes keys that every object has by birth for keys', () => {
    const value = readYaml('__proto__: {cwd: evil}\nconstructor: 1\ntoString: 2', 'keys.yaml') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})
