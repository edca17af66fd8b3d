import { constants, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, removeFolders } from '../testing/read-logs.ts'
import { Ledger } from './ledger.ts'
import { readLines } from './lines.ts'
import { Source } from './source.ts'

afterAll(removeFolders)

// No two lines are alike, so that there are several blocks.
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `${JSON.stringify({ n: from + i, text: ((from + i) * 7919) % 100_003 })}\n`).join('')
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('hello')])

async function read(bytes: Buffer) {
  const name = 'log.jsonl.zst'
  const ledger = new Ledger({ key: name, files: [name] })
  const numbers: unknown[] = []
  for await (const record of readLines(new Source(folderWith({ [name]: bytes })), name, ledger, { isRecord: () => true })) {
    ledger.settle(record, 'emitted')
    numbers.push(record.record['n'])
  }
  return { numbers, unparsed: ledger.summary([]).buckets.unparsed }
}

describe('a zstd log', () => {
  const frames = [lines(0, 30_000), lines(30_000, 10), lines(30_010, 20_000)].map(text => zstdCompressSync(text))
  const all = Array.from({ length: 50_010 }, (_, i) => i)

  it('of several frames is read to its end', async () => {
    const whole = [...frames, zstdCompressSync(lines(50_010, 1), checked)]
    expect(await read(Buffer.concat([skippable, ...whole, skippable]))).toEqual({ numbers: [...all, 50_010], unparsed: {} })
    expect(await read(Buffer.concat([zstdCompressSync(''), ...frames]))).toEqual({ numbers: all, unparsed: {} })
  })

  it('that breaks off gives what unfolds, and one torn tail', async () => {
    const bytes = Buffer.concat(frames)
    let before = -1
    for (const share of [0.1, 0.35, 0.6, 0.61, 0.9, 0.999]) {
      const { numbers, unparsed } = await read(bytes.subarray(0, Math.floor(bytes.length * share)))
      expect(numbers).toEqual(all.slice(0, numbers.length))
      expect(numbers.length).toBeGreaterThanOrEqual(before)
      before = numbers.length
      expect(unparsed).toEqual({ 'torn tail': 1 })
    }
    expect(before).toBeGreaterThan(45_000)
  })

  it('that ends right behind a block, or a line, tells that a tail is missing', async () => {
    const frame = zstdCompressSync(lines(0, 3), checked)
    expect(await read(frame.subarray(0, -2))).toEqual({ numbers: [0, 1, 2], unparsed: { 'torn tail': 1 } })
  })

  it('of which the head is all there is holds one torn tail', async () => {
    for (const length of [1, 3, 4, 5, 8, 12])
      expect(await read(frames[0]!.subarray(0, length))).toEqual({ numbers: [], unparsed: { 'torn tail': 1 } })
  })

  it('with something else behind a frame gives the frame, and one torn tail', async () => {
    for (const garbage of [Buffer.from('garbage'), Buffer.alloc(100_000), Buffer.from('{"n":1}\n')])
      expect(await read(Buffer.concat([frames[1]!, garbage]))).toEqual({
        numbers: all.slice(30_000, 30_010),
        unparsed: { 'torn tail': 1 },
      })
  })

  it('with a damaged block gives what stands before it', async () => {
    const bytes = Buffer.concat(frames)
    bytes.fill(0xff, frames[0]!.length >> 1, (frames[0]!.length >> 1) + 2000)
    const { numbers, unparsed } = await read(bytes)
    expect(numbers).toEqual(all.slice(0, numbers.length))
    expect(numbers.length).toBeGreaterThan(5000)
    expect(unparsed).toEqual({ 'torn tail': 1 })
  })

  it('whose torn block is stored as it is gives what is there of it', async () => {
    const stored = (text: string, isLast: boolean, length = text.length) => {
      const header = Buffer.alloc(3)
      header.writeUIntLE((text.length << 3) | (isLast ? 1 : 0), 0, 3)
      return Buffer.concat([header, Buffer.from(text.slice(0, length))])
    }
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])
    const [one, two] = [lines(0, 2), lines(2, 3)]
    expect(await read(Buffer.concat([head, stored(one, false), stored(two, true)]))).toEqual({ numbers: [0, 1, 2, 3, 4], unparsed: {} })
    for (const [length, count] of [
      [two.length - 1, 5],
      [two.length - 3, 4],
      [lines(2, 1).length, 3],
      [1, 2],
      [0, 2],
    ] as const) {
      const { numbers, unparsed } = await read(Buffer.concat([head, stored(one, false), stored(two, true, length)]))
      expect([numbers, unparsed]).toEqual([[0, 1, 2, 3, 4].slice(0, count), { 'torn tail': 1 }])
    }
  })

  it('that is none is an error', async () => {
    await expect(read(Buffer.from('{"n":1}\n'))).rejects.toThrow(/no zstd data/)
  })
})
