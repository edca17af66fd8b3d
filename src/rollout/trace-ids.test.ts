import { afterAll, describe, expect, it } from 'vitest'
import { bucketSum } from './log/ledger.ts'
import { openRollouts } from './read.ts'
import { copyOf, folderWith, jsonl, type Reading, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const HEADER = { type: 'session', version: 3, id: 'kite', timestamp: '2026-05-01T10:00:00.000Z', cwd: '/srv/kite' }

function entry(second: number, role: string, text: string): object {
  const timestamp = new Date(Date.UTC(2026, 4, 1, 10, 0, second)).toISOString()
  return {
    type: 'message',
    id: `e${second}`,
    parentId: second === 1 ? null : `e${second - 1}`,
    timestamp,
    message: { role, content: text },
  }
}

const TALK = [
  HEADER,
  entry(1, 'user', 'Mend the kite'),
  entry(2, 'assistant', 'Mended.'),
  entry(3, 'user', 'And the tail'),
  entry(4, 'assistant', 'Done.'),
]
const OTHER_END = [...TALK.slice(0, 3), entry(3, 'user', 'Burn it'), entry(4, 'assistant', 'No.')]
const OTHER_TALK = [HEADER, entry(1, 'user', 'Plant a pear'), entry(2, 'assistant', 'Planted.')]

const read = (files: { [path: string]: readonly object[] }) =>
  readLogs(folderWith(Object.fromEntries(Object.entries(files).map(([path, records]) => [path, jsonl(records)]))), {
    format: 'pi_coding_agent',
  })

const trained = ({ rows }: Reading) =>
  rows.flatMap(row => row.messages.flatMap((message, i) => (row.message_meta[i]!.train ? [message.content[0]?.['text']] : [])))

describe('TraceIds', () => {
  it('gives one row for a session that lies in two folders, and counts the copy as a replay', async () => {
    const reading = await read({ 'one/kite.jsonl': TALK, 'two/kite.jsonl': TALK })
    expect(reading.rows.map(({ trace_id }) => trace_id)).toEqual(['kite'])
    const copy = reading.units[1]!
    expect(copy.outcomes).toEqual([{ reject: { at: 'two/kite.jsonl', reason: 'The same session as in one/kite.jsonl', skipped: true } }])
    expect(copy.ledger.buckets).toMatchObject({ emitted: 0, replay: 4, metadata: 1 })
    expect(bucketSum(copy.ledger.buckets)).toBe(copy.ledger.records)
  })

  it('gives no row for a copy that was made while the session was still being written', async () => {
    const reading = await read({ 'one/kite.jsonl': TALK, 'two/kite.jsonl': TALK.slice(0, 4) })
    expect(reading.rows.map(({ trace_id }) => trace_id)).toEqual(['kite'])
    expect(reading.units[1]!.ledger.buckets).toMatchObject({ emitted: 0, replay: 3 })
  })

  it('gives no row for a shorter copy that comes first either', async () => {
    const reading = await read({ 'one/kite.jsonl': TALK.slice(0, 3), 'two/kite.jsonl': TALK })
    expect(reading.rows.map(({ trace_id, message_count }) => [trace_id, message_count])).toEqual([['kite', 4]])
    expect(trained(reading)).toEqual(['Mended.', 'Done.'])
    expect(reading.units[1]!.ledger).toMatchObject({ key: 'one/kite.jsonl', buckets: { emitted: 0, replay: 2 } })
  })

  it('marks what a longer copy of another name repeats, where the shorter one comes first', async () => {
    const reading = await read({ 'one/kite.jsonl': TALK.slice(0, 3), 'two/again.jsonl': TALK })
    const [short, long] = reading.rows
    expect(long).toMatchObject({ parent_trace_id: 'kite', relation: 'fork', message_count: 4 })
    expect(long!.message_meta.map(({ replay = false }) => replay)).toEqual([true, true, false, false])
    expect(short!.message_meta.some(({ replay }) => replay)).toBe(false)
    expect(trained(reading)).toEqual(['Mended.', 'Done.'])
    expect(reading.units[1]!.ledger.buckets).toMatchObject({ emitted: 2, replay: 2 })
  })

  it('counts what two copies that went different ways have in common once', async () => {
    const reading = await read({ 'one/kite.jsonl': TALK, 'two/kite.jsonl': OTHER_END })
    expect(trained(reading)).toEqual(['Mended.', 'Done.', 'No.'])
    expect(reading.rows[1]!.relation).toBe('copy')
  })

  it('leaves sessions apart that only happen to have one id', async () => {
    const { rows } = await read({ 'one/kite.jsonl': TALK, 'two/kite.jsonl': OTHER_TALK })
    expect(rows[1]).toMatchObject({ parent_trace_id: null, relation: null })
    expect(rows[1]!.trace_id).toMatch(/^kite~/)
    expect(rows[1]!.message_meta.some(({ replay }) => replay)).toBe(false)
    expect(rows[1]!.diagnostics).toContainEqual({
      code: 'trace_id_taken',
      at: null,
      detail: { trace_id: 'kite', by: 'one/kite.jsonl' },
    })
  })

  it('takes sessions of one id and of equal length for different ones when their words differ', async () => {
    const similar = [HEADER, entry(1, 'user', 'Plant a plum'), entry(2, 'assistant', 'Planted.')]
    const { rows } = await read({ 'one/kite.jsonl': OTHER_TALK, 'two/kite.jsonl': similar })
    expect(rows).toHaveLength(2)
  })

  it('leaves sessions apart that begin with the same words at no known time', async () => {
    const untimed = (text: string) => [
      HEADER,
      { type: 'message', message: { role: 'user', content: 'Hi' } },
      { type: 'message', message: { role: 'assistant', content: text } },
    ]
    const longer = [...untimed('Ho'), { type: 'message', message: { role: 'user', content: 'And?' } }]
    const { rows } = await read({ 'one/kite.jsonl': longer, 'two/kite.jsonl': untimed('Ho'), 'zoo/kite.jsonl': untimed('Ho') })
    expect(rows.map(({ message_count, relation }) => [message_count, relation])).toEqual([
      [3, null],
      [2, null],
    ])
  })

  it('names a renamed session by its content, whatever else lies beside it', async () => {
    const few = await read({ 'one/kite.jsonl': TALK, 'two/kite.jsonl': OTHER_TALK })
    const many = await read({ 'one/kite.jsonl': TALK, 'oriel/kite.jsonl': OTHER_END, 'two/kite.jsonl': OTHER_TALK })
    expect(many.rows.at(-1)!.trace_id).toBe(few.rows.at(-1)!.trace_id)
  })

  it('links a child to the parent that lies beside it when two sessions have one id', async () => {
    const child = (text: string) => [{ ...HEADER, id: text }, entry(1, 'user', text), entry(2, 'assistant', 'Yes.')]
    const { rows } = await read({
      'one/kite.jsonl': TALK,
      'one/kite/first.jsonl': child('first'),
      'two/kite.jsonl': OTHER_TALK,
      'two/kite/second.jsonl': child('second'),
    })
    const [parent, , otherParent] = rows
    expect(rows.map(({ trace_id, parent_trace_id }) => [trace_id, parent_trace_id])).toEqual([
      ['kite', null],
      ['first', parent!.trace_id],
      [otherParent!.trace_id, null],
      ['second', otherParent!.trace_id],
    ])
  })

  it('takes the same session in two usual places for one, and keeps the families of namesakes apart', async () => {
    const child = (text: string) => [{ ...HEADER, id: text }, entry(1, 'user', text), entry(2, 'assistant', 'Yes.')]
    const home = folderWith({
      '.omp/agent/sessions/oak.jsonl': jsonl(child('oak')),
      '.omp/agent/sessions/kite.jsonl': jsonl(TALK),
      '.omp/agent/sessions/kite/first.jsonl': jsonl(child('first')),
      '.pi/agent/sessions/oak.jsonl': jsonl(child('oak')),
      '.pi/agent/sessions/kite.jsonl': jsonl(OTHER_TALK),
      '.pi/agent/sessions/kite/second.jsonl': jsonl(child('second')),
    })
    const rollouts = await openRollouts({ format: 'pi_coding_agent', env: { HOME: home } })
    const rows = []
    for (const ref of rollouts.units)
      for (const outcome of (await rollouts.read(ref)).outcomes) if ('row' in outcome) rows.push(outcome.row)
    rollouts.close()
    const namesake = rows.find(({ trace_id }) => trace_id.startsWith('kite~'))!.trace_id
    expect(rows.map(({ trace_id, parent_trace_id }) => [trace_id, parent_trace_id])).toEqual([
      ['kite', null],
      ['first', 'kite'],
      ['oak', null],
      [namesake, null],
      ['second', namesake],
    ])
  })

  it('gives the same rows when the same unit is read again', async () => {
    const root = folderWith({ 'one/kite.jsonl': jsonl(TALK), 'two/kite.jsonl': jsonl(OTHER_TALK) })
    const rollouts = await openRollouts({ format: 'pi_coding_agent', path: root })
    const all = async () => {
      const results = []
      for (const ref of rollouts.units) results.push(await rollouts.read(ref))
      return results
    }
    const first = await all()
    expect(await all()).toEqual(first)
    rollouts.close()
  })

  it('gives the same ids below another root', async () => {
    const root = folderWith({ 'one/kite.jsonl': jsonl(TALK), 'two/kite.jsonl': jsonl(OTHER_END) })
    const ids = async (path: string) => (await readLogs(path)).rows.map(({ trace_id }) => trace_id)
    expect(await ids(copyOf(root))).toEqual(await ids(root))
  })
})
