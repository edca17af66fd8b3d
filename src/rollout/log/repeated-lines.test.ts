import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../testing/read-logs.ts'
import { Ledger } from './ledger.ts'
import { type LineStart, readLines } from './lines.ts'
import { Source } from './source.ts'

afterAll(removeFolders)

const TIME = '2026-05-01T10:00:00.125Z'
const note = (n: number, more: object = {}) => ({ type: 'note', n, ...more })

/** What is read of these lines, the lines that were a second writing, and where a later reading may go on. */
async function read(content: string, start?: LineStart) {
  const source = new Source(folderWith({ 'log.jsonl': content }))
  const ledger = new Ledger({ key: 'log', files: ['log.jsonl'] }, { trace: true })
  const names: unknown[] = []
  let next: LineStart | null = null
  const options = { isRecord: () => true, beforeTail: (at: LineStart) => void (next = at), ...(start === undefined ? {} : { start }) }
  for await (const record of readLines(source, 'log.jsonl', ledger, options)) {
    ledger.settle(record, 'emitted')
    names.push(record.record['n'])
  }
  const again = ledger.trace()!.filter(({ reason }) => reason === 'written a second time')
  return { names, again: again.map(({ line, bucket }) => [line, bucket]), next: next as LineStart | null }
}

describe('a line that stands there twice', () => {
  it.each<[string, object]>([
    ['milliseconds', { timestamp: TIME }],
    ['microseconds', { timestamp: '2026-05-01T10:00:00.125000' }],
    ['a number of milliseconds', { time: 1777629600125 }],
    ['seconds and parts of one', { ts: 1777629600.125 }],
  ])('is one record where it holds a time, in %s', async (_, time) => {
    const { names, again } = await read(jsonl([note(1), note(2, time), note(2, time), note(2, time), note(3)]))
    expect(names).toEqual([1, 2, 3])
    expect(again).toEqual([
      [3, 'merged'],
      [4, 'merged'],
    ])
  })

  it.each<[string, object]>([
    ['no time', {}],
    ['a time in seconds', { timestamp: '2026-05-01T10:00:00Z' }],
    ['a day', { time: '2026-05-01' }],
  ])('is two records where it holds %s, and others stand there once', async (_, time) => {
    expect((await read(jsonl([note(1), note(2, time), note(2, time), note(3)]))).names).toEqual([1, 2, 2, 3])
  })

  it('is two records where another stands between, whatever it holds', async () => {
    const dated = note(1, { timestamp: TIME })
    expect((await read(jsonl([dated, note(2), dated]))).names).toEqual([1, 2, 1])
  })

  it('is found where the two are in different pieces of a file, and at its end without a line feed', async () => {
    const long = note(1, { timestamp: TIME, text: 'reed '.repeat(20_000) })
    const { names } = await read(jsonl([note(0), long, long, note(2, { timestamp: TIME }), note(2, { timestamp: TIME })]).trimEnd())
    expect(names).toEqual([0, 1, 2])
  })
})

describe('a log whose lines all stand there twice', () => {
  const twice = (records: readonly object[]) => jsonl(records.flatMap(record => [record, record]))

  it('holds each once, and what stands there four times twice', async () => {
    const { names, again } = await read(twice([note(1), note(2), note(2), note(3)]))
    expect(names).toEqual([1, 2, 2, 3])
    expect(again.map(([line]) => line)).toEqual([2, 4, 6, 8])
  })

  it('may be torn: what is damaged is told once too', async () => {
    const { names } = await read(`${twice([note(1), note(2)])}{"type":"note",\n{"type":"note",\n${jsonl([note(3)])}`)
    expect(names).toEqual([1, 2, 3])
  })

  it('is read on from any line with the same records as at once', async () => {
    const log = twice([note(1), note(2), note(2), note(2), note(3), note(4)])
    const lines = log.split(/(?<=\n)/)
    for (let count = 4; count < lines.length; count++) {
      const before = await read(lines.slice(0, count).join(''))
      const behind = await read(log, before.next!)
      expect([...before.names, ...behind.names], `after ${count} lines`).toEqual([1, 2, 2, 2, 3, 4])
    }
  })

  it('leaves nothing to be read on from while its lines are too few to tell', async () => {
    expect((await read(jsonl([note(1), note(1)]))).next).toBe(null)
    expect((await read(jsonl([note(1), note(1), note(2)]))).next).toBe(null)
    expect((await read(jsonl([note(1), note(2)]))).next).toMatchObject({ line: 3 })
  })
})

it('reads on from behind a line whose second writing came later', async () => {
  const first = jsonl([note(1), note(2, { timestamp: TIME })])
  const { next } = await read(first)
  expect((await read(first + jsonl([note(2, { timestamp: TIME }), note(3)]), next!)).names).toEqual([3])
  expect((await read(first + jsonl([note(4, { timestamp: TIME }), note(3)]), next!)).names).toEqual([4, 3])
})
