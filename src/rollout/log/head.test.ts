import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { sniffFormat } from '../find.ts'
import { folderWith, jsonl, removeFolders } from '../testing/read-logs.ts'
import { Condenser } from './condense.ts'
import { condensedHead, judgeHead } from './head.ts'
import { Source } from './source.ts'

afterAll(removeFolders)

function condensed(text: string, pieceBytes = text.length * 4, isLines = true): string {
  const condenser = new Condenser({ isLines })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) condenser.push(bytes.subarray(at, at + pieceBytes))
  return condenser.text()
}

describe('Condenser', () => {
  it('keeps all keys of a record and cuts its long values, wherever the pieces of the file end', () => {
    const record = {
      first: 'sé'.repeat(40_000),
      escapes: '"\\\u0001\ud83d'.repeat(9000),
      lanterns: '\u{1f3ee}'.repeat(5000),
      list: Array.from({ length: 9000 }, (_, n) => ({ n, deep: [[n]] })),
      type: 'note',
    }
    const text = `${JSON.stringify(record)}\n${JSON.stringify({ type: 'next' })}\n`
    const whole = condensed(text)
    expect(whole.length).toBeLessThan(40_000)
    const [one, next] = whole
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(Object.keys(one)).toEqual(Object.keys(record))
    expect([one.type, next]).toEqual(['note', { type: 'next' }])
    expect(record.first.startsWith(one.first)).toBe(true)
    expect(record.list.slice(0, one.list.length)).toEqual(one.list)
    for (const bytes of [1, 2, 3, 7, 1000]) expect(condensed(text, bytes), String(bytes)).toBe(whole)
  })

  it('makes JSON of JSON, with the same keys at the top, whatever it is and however it comes', () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' })
    const long = fc.string({ unit: 'binary', minLength: 200, maxLength: 900 })
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(value, long), { noNullPrototype: true }),
        fc.integer({ min: 1, max: 400 }),
        (record, bytes) => {
          const left = JSON.parse(condensed(JSON.stringify(record, null, bytes % 3), bytes, false))
          expect(Object.keys(left)).toEqual(Object.keys(JSON.parse(JSON.stringify(record))))
        },
      ),
      { seed: 5, numRuns: 400 },
    )
  })

  it('keeps the brackets alone of what is nested deep, and what stands behind it', () => {
    const deep = (levels: number) => `${'[{"a":'.repeat(levels)}1${'}]'.repeat(levels)}`
    const text = `{"first":${deep(200_000)},"list":[${deep(100)},2],"last":3}\n{"type":"next"}\n`
    const [one, next] = condensed(text).trim().split('\n')
    expect(Object.keys(JSON.parse(one!))).toEqual(['first', 'list', 'last'])
    expect(JSON.parse(one!)).toMatchObject({ list: [expect.anything(), 2], last: 3 })
    expect([one!.length < 4000, next]).toEqual([true, '{"type":"next"}'])
    for (const bytes of [1, 7, 1000]) expect(condensed(text, bytes), String(bytes)).toBe(condensed(text))
  })

  it('starts anew on each line, whatever is torn on the one before', () => {
    expect(condensed(`{"a":[[{"b":"${'x'.repeat(1000)}\n{"type":"note"}\n`).split('\n')[1]).toBe('{"type":"note"}')
  })
})

describe('judgeHead()', () => {
  const never = () => null

  it('reads 16 KB of a file of ordinary lines, and counts on nothing more', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`${n}.jsonl`, jsonl(Array.from({ length: 3000 }, () => ({ n })))]),
    )
    const source = new Source(folderWith(files))
    for (const path of Object.keys(files)) expect(await sniffFormat(source, path)).toBeNull()
    expect(source.counts).toEqual({ opened: 40, bytes: 40 * 16_384 })
  })

  it('reads no more than 16 MB, and holds little, of a line that does not end', async () => {
    const endless = {
      'a.jsonl': `{"a":"${'x'.repeat(20 << 20)}`,
      'b.jsonl': '['.repeat(20 << 20),
      'c.json': `{"a":{${'"b":{},'.repeat(3 << 20)}`,
    }
    for (const [path, content] of Object.entries(endless)) {
      const source = new Source(folderWith({ [path]: content }))
      await judgeHead(source, path, never)
      expect(source.counts.bytes, path).toBeLessThanOrEqual((16 << 20) + 16_384)
      expect((await condensedHead(source, path)).length, path).toBeLessThanOrEqual(1 << 18)
    }
  })

  it('judges what a torn archive still gives', async () => {
    const line = JSON.stringify({ pad: Array.from({ length: 60_000 }, (_, n) => (n * 7919) % 9973).join(' ') })
    const packed = zstdCompressSync(`{"first":1}\n${line}`)
    const source = new Source(folderWith({ 'a.jsonl.zst': packed.subarray(0, packed.length - 5) }))
    expect(await judgeHead(source, 'a.jsonl.zst', head => /"first":1/.exec(head)?.[0] ?? null)).toBe('"first":1')
  })
})
