import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../testing/read-logs.ts'
import { bucketSum, Ledger } from './ledger.ts'
import { type LineOptions, type LogRecord, readLines, readRuns } from './lines.ts'
import { Source } from './source.ts'

afterAll(removeFolders)

const isRecord: LineOptions['isRecord'] = record => typeof record['type'] === 'string'

async function read(content: string | Buffer, options: Partial<LineOptions> = {}, name = 'log.jsonl') {
  const source = new Source(folderWith({ [name]: content }))
  const ledger = new Ledger({ key: name, files: [name] }, { trace: true })
  const records: LogRecord[] = []
  for await (const record of readLines(source, name, ledger, { isRecord, ...options })) {
    ledger.settle(record, 'emitted')
    records.push(record)
  }
  return { records, names: records.map(({ record }) => record['n']), ledger, summary: ledger.summary([]) }
}

const line = (n: Json) => JSON.stringify({ type: 'note', n })
type Json = string | number

describe('readLines()', () => {
  it('separates records at LF alone', async () => {
    const texts = ['a\u2028b', 'a\u2029b', 'a\u0085b', 'a\u000bb']
    const { names } = await read(texts.map(text => `{"type":"note","n":"${text.replace('\u000b', '\\u000b')}"}`).join('\n'))
    expect(names).toEqual(texts)
  })

  it('reads CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const { names, summary } = await read(`\uFEFF${line(1)}\r\n\r\n  \t\n${line(2)}\r\n${line(3)}`)
    expect(names).toEqual([1, 2, 3])
    expect(summary).toMatchObject({ records: 3, buckets: { emitted: 3, unparsed: {} } })
  })

  it('lets timers and signals have their turn while it goes over a long file, however long the records take', async () => {
    const content = jsonl(Array.from({ length: 4000 }, (_, n) => ({ type: 'note', n, text: 'reed sedge rush '.repeat(4) })))
    const source = new Source(folderWith({ 'log.jsonl': content }))
    let turns = 0
    let isReading = true
    const turn = () => {
      turns++
      if (isReading) setImmediate(turn)
    }
    setImmediate(turn)
    let [runs, turnsBefore] = [0, 0]
    for await (const run of readRuns(source, 'log.jsonl', new Ledger({ key: 'log', files: ['log.jsonl'] }), { isRecord })) {
      if (runs++ > 0) expect(turns).toBeGreaterThan(turnsBefore)
      turnsBefore = turns
      for (const _ of run);
      for (const until = performance.now() + 60; performance.now() < until; );
    }
    isReading = false
    expect(runs).toBeGreaterThan(3)
  })

  it('gives lines and byte offsets as they are in the file', async () => {
    const content = `${line('é')}\n\n${line('two')}\n`
    const { records } = await read(content)
    expect(records.map(({ line, offset }) => [line, offset])).toEqual([
      [1, 0],
      [3, Buffer.byteLength(`${line('é')}\n\n`)],
    ])
    expect(records[1]!.text).toBe(line('two'))
  })

  it('recovers two records that were glued together', async () => {
    const { names, records, summary } = await read(`${line(1)}${line(2)}\n${line(3)}\n`)
    expect(names).toEqual([1, 2, 3])
    expect(records.map(record => record.line)).toEqual([1, 1, 2])
    expect(records[1]!.offset).toBe(line(1).length)
    expect(summary.buckets.unparsed).toEqual({})
  })

  it('recovers the whole record behind a torn one, and counts what was torn', async () => {
    const { names, summary } = await read(`{"type":"note","n":"cut in the ${line(2)}\n${line(3)}\n`)
    expect(names).toEqual([2, 3])
    expect(summary.buckets.unparsed).toEqual({ 'torn record': 1 })
    expect(summary.damage).toEqual(['log.jsonl:1 @0: torn record'])
  })

  it('does not take an object inside a torn record for a record', async () => {
    const { names, summary } = await read(`{"type":"note","n":{"deep":{"n":9}},"cut":"\n${line(2)}\n`)
    expect(names).toEqual([2])
    expect(summary.buckets.unparsed).toEqual({ 'torn record': 1 })
  })

  it('reads the records around a run of NUL bytes', async () => {
    const { names, summary } = await read(`${line(1)}\n${'\0'.repeat(500)}${line(2)}\n${'\0'.repeat(500)}\n${line(3)}\n`)
    expect(names).toEqual([1, 2, 3])
    expect(summary.buckets.unparsed).toEqual({ 'NUL bytes': 2 })
  })

  it('tells a torn tail from a damaged line', async () => {
    const torn = `${line(1)}\n{"type":"note","n":"still be`
    expect((await read(torn)).summary.buckets.unparsed).toEqual({ 'torn tail': 1 })
    expect((await read(`${torn}\n`)).summary.buckets.unparsed).toEqual({ 'torn record': 1 })
  })

  it('counts what is JSON and no object, and what is no JSON', async () => {
    const { names, summary } = await read(`[1]\nnull\nplain words\n${line(1)}\n`)
    expect(names).toEqual([1])
    expect(summary.buckets.unparsed).toEqual({ 'not a JSON object': 2, 'not JSON': 1 })
  })

  it('keeps escapes that are no whole character', async () => {
    const { names } = await read('{"type":"note","n":"\\ud83d and \\u0000"}\n')
    expect(names).toEqual(['\ud83d and \0'])
  })

  it('settles what is skipped by its bytes, and never decodes it', async () => {
    const skip: NonNullable<LineOptions['skip']> = bytes => (bytes.includes('"n":1') ? { bucket: 'noise', reason: 'bulk' } : null)
    const { names, summary } = await read(`${line(1)}\n${line(2)}\n{"n":1 not even JSON\n`, { skip })
    expect(names).toEqual([2])
    expect(summary.buckets.noise).toEqual({ bulk: 2 })
  })

  it('starts at a byte, with the number of the line that begins there', async () => {
    const first = `${line(1)}\n`
    const { records } = await read(first + line(2), { start: { offset: first.length, line: 2 } })
    expect(records).toMatchObject([{ line: 2, offset: first.length, record: { n: 2 } }])
  })

  it('reads compressed files as their plain original', async () => {
    const content = `${line(1)}\n${line(2)}\n`
    const { names, summary } = await read(zstdCompressSync(content), {}, 'log.jsonl.zst')
    expect(names).toEqual([1, 2])
    expect(summary.bytes).toBe(content.length)
  })

  it('reads a line longer than a chunk, and records cut by the end of one', async () => {
    const long = 'x'.repeat(3 << 20)
    const { names, summary } = await read(`${line(1)}\n${line(long)}\n${line(3)}\n`)
    expect(names.map(name => String(name).length)).toEqual([1, long.length, 1])
    expect(summary.bytes).toBe(Buffer.byteLength(`${line(1)}\n${line(long)}\n${line(3)}\n`))
  })

  it('gives every whole record and balances, whatever stands between them', async () => {
    const junk = fc.string({ unit: 'binary' }).map(text => text.replaceAll(/[{}\n"]/g, ''))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(junk, fc.string({ unit: 'binary' })), { maxLength: 8 }),
        fc.constantFrom('\n', ''),
        async (parts, between) => {
          const content = parts.map(([before, n]) => `${before}${line(n)}`).join(between)
          const { names, summary } = await read(content)
          expect(names).toEqual(parts.map(([, n]) => n))
          expect(bucketSum(summary.buckets)).toBe(summary.records)
        },
      ),
      { seed: 7, numRuns: 60 },
    )
  })
})
