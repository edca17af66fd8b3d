import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ledger, type Place } from './ledger.ts'
import { readLines } from './lines.ts'
import { Source } from './source.ts'

describe('readLines() of long lines', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tracewright-test-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it.each(['a.jsonl', 'a.jsonl.zst'])('puts a record together that is longer than several pieces of the file: %s', async name => {
    const texts = ['reed', 'sé'.repeat(2_300_000), 'x'.repeat(1 << 20), 'é'.repeat((1 << 19) - 7), 'sedge', '\u{1f3ee}'.repeat(1_000_001)]
    const lines = texts.map(text => `${JSON.stringify({ text })}\n`).join('')
    writeFileSync(join(root, name), name.endsWith('.zst') ? zstdCompressSync(lines) : lines)
    const source = new Source(root)
    const read: unknown[] = []
    for await (const { record } of readLines(source, name, new Ledger({ key: name, files: [name] }), { isRecord: () => true })) {
      read.push(record['text'])
      // What is read in between must not disturb what was begun.
      for await (const _ of source.chunks(name)) break
    }
    expect(read.map((text, i) => text === texts[i])).toEqual(texts.map(() => true))
  })

  it('judges a long record once by how it begins, and reads on behind it', async () => {
    const long = JSON.stringify({ type: 'bulk', text: 'reed '.repeat(1_000_000) })
    const other = JSON.stringify({ type: 'kept', text: 'sedge '.repeat(400_000) })
    writeFileSync(join(root, 'a.jsonl'), `{"n":1}\n${long}\n{"n":2}\n${other}\n${long}`)
    const ledger = new Ledger({ key: 'a.jsonl', files: ['a.jsonl'] })
    const judged: (Place & { bytes: number })[] = []
    const read: [unknown, number, number, number | null][] = []
    for await (const { record, index, line, offset } of readLines(new Source(root), 'a.jsonl', ledger, {
      isRecord: () => true,
      skipLong: (start, place) => {
        judged.push({ ...place, bytes: start.length })
        return start.includes('"bulk"') ? { bucket: 'noise', reason: 'bulk' } : null
      },
    }))
      read.push([record['n'] ?? record['type'], index, line, offset])
    const behind = 8 + long.length + 1
    expect(read).toEqual([
      [1, 0, 1, 0],
      [2, 2, 3, behind],
      ['kept', 3, 4, behind + 8],
    ])
    expect(judged.map(({ index, line, offset }) => [index, line, offset])).toEqual([
      [1, 2, 8],
      [3, 4, behind + 8],
      [4, 5, behind + 8 + other.length + 1],
    ])
    for (const { bytes } of judged) expect(bytes).toBeLessThanOrEqual(2 << 20)
    const { records, buckets, bytes } = ledger.summary([])
    expect([records, buckets.noise, bytes]).toEqual([5, { bulk: 2 }, behind + 8 + other.length + 1 + long.length])
  })
})
