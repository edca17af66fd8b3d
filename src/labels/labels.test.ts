import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ParquetFileReader } from '../codec/parquet/file-reader.ts'
import type { Dataset } from '../dataset/dataset.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { ingestToStore } from '../dataset/store/ingest.ts'
import type { Row } from '../row.ts'
import { DatasetSeedSource } from '../seed/dataset.ts'
import { LabelBook } from './label-book.ts'
import { readLabels } from './label-log.ts'
import { addLabels, refreshLabels } from './labels.ts'
import { RowsById } from './rows-by-id.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples', 'logs')
const [ONE, TWO] = ['5f3c1a70-1111-4c1e-9d1a-aa0000000001', '5f3c1a70-2222-4c1e-9d1a-aa0000000002']
let folder: string
let store: string
const accept = { name: 'verdict', value: 'accept' } as const
const reject = { name: 'verdict', value: 'reject' } as const
const ingest = () => ingestToStore({ format: 'auto', path: join(folder, 'logs'), folder: store, workers: 1 })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-labels-'))
  store = join(folder, 'store')
  cpSync(examples, join(folder, 'logs'), { recursive: true })
  await ingest()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function using<T>(read: (dataset: Dataset) => Promise<T>): Promise<T> {
  await using dataset = await openDataset(store)
  return await read(dataset)
}
const rowOf = (id: string): Promise<Row> =>
  using(async dataset => (await Array.fromAsync(dataset.rows())).find(row => row['trace_id'] === id)!)

it('a store without labels has the columns it had; with them, whoever reads it sees the same', async () => {
  const before = await using(async dataset => dataset.columns)
  await addLabels(store, {
    sessions: [ONE],
    labels: [accept, { name: 'tag', value: 'tidy' }, { name: 'tag', value: 'a' }, { name: 'note', value: 'as it should be' }],
    by: 'ada',
  })
  await addLabels(store, { sessions: [ONE], message: 1, labels: [reject], by: 'ada' })
  const expected = {
    label: 'accept',
    label_tags: ['a', 'tidy'],
    label_notes: ['as it should be'],
    label_by: ['ada'],
    label_values: [
      { message: null, name: 'verdict', value: 'accept', by: 'ada' },
      { message: 1, name: 'verdict', value: 'reject', by: 'ada' },
    ],
    message_labels: [{ message: 1, label: 'reject', tags: [], notes: [] }],
    message_accepted: [null, false],
  }
  const none = Object.fromEntries(Object.keys(expected).map(column => [column, null]))
  await using(async dataset => {
    expect(dataset.columns).toEqual([...before, ...Object.keys(expected)])
    const byId = (rows: Row[]) => new Map(rows.map(row => [row['trace_id'], row]))
    for (const rows of [
      byId(await Array.fromAsync(dataset.rows())),
      byId(await dataset.query('select * from rows')),
      byId(await Array.fromAsync(dataset.rows({ orderBy: '-message_count' }))),
      byId(await Array.fromAsync(dataset.rows({ where: 'message_count > 0' }))),
    ]) {
      expect(rows.size).toBe(8)
      expect(rows.get(ONE)).toMatchObject(expected)
      expect(rows.get(TWO)).toMatchObject(none)
    }
    expect(await Array.fromAsync(dataset.rows({ where: { label: 'accept' }, columns: ['trace_id', 'label_tags'] }))).toEqual([
      { trace_id: ONE, label_tags: ['a', 'tidy'] },
    ])
    expect(await dataset.count("label = 'accept'")).toBe(1)
    expect((await Array.fromAsync(dataset.numbers({ where: { label: 'accept' } }))).length).toBe(1)
  })
  const seed = await new DatasetSeedSource({ path: store, where: "label = 'accept'" }).open()
  try {
    expect(seed.size).toBe(1)
    expect(seed.columns).toContain('label_tags')
    expect((await seed.read(0))[0]).toMatchObject({ row: { trace_id: ONE, ...expected } })
  } finally {
    seed.close()
  }
})

it('the last verdict of a person counts, tags and notes are several, and all can be taken back', async () => {
  await addLabels(store, { sessions: [ONE, TWO], labels: [reject, { name: 'tag', value: 'x' }], by: 'ada' })
  await addLabels(store, { sessions: [ONE], labels: [accept, { name: 'tag', value: 'y' }], by: 'ada' })
  expect(await rowOf(ONE)).toMatchObject({ label: 'accept', label_tags: ['x', 'y'] })
  await addLabels(store, { sessions: [ONE], labels: [accept, { name: 'tag', value: 'x' }], by: 'ada', undo: true })
  expect(await rowOf(ONE)).toMatchObject({ label: null, label_tags: ['y'] })
  expect(await rowOf(TWO)).toMatchObject({ label: 'reject', label_tags: ['x'] })
})

it('where sessions are is read once for a label, and no other fact of them', async () => {
  await addLabels(store, { sessions: [TWO], message: 0, labels: [accept], by: 'ada' })
  const rows = vi.spyOn(ParquetFileReader.prototype, 'rows')
  try {
    await addLabels(store, { sessions: [ONE], message: 1, labels: [reject], by: 'ada' })
    expect(rows.mock.calls.map(([, columns]) => columns)).toEqual([['trace_id']])
  } finally {
    rows.mockRestore()
  }
  expect(readLabels(store)).toHaveLength(2)
})

it('people who disagree are told, each by a name of any kind', async () => {
  const names = ['ada', '../../etc/x', 'Jürgen Ü.', '__proto__', '.', '漢字']
  for (const by of names) await addLabels(store, { sessions: [ONE], labels: [accept], by })
  expect(await rowOf(ONE)).toMatchObject({ label: 'accept', label_by: names.toSorted() })
  await addLabels(store, { sessions: [ONE], labels: [reject], by: 'bob' })
  expect(await rowOf(ONE)).toMatchObject({ label: 'disputed' })
  expect(readLabels(store)).toHaveLength(7)
})

it('a label stays with its message when the log moves it, and is kept, unread, when the message is gone', async () => {
  const path = join(folder, 'logs', 'claude_code', '-repo-lighthouse', `${ONE}.jsonl`)
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const { messages } = (await rowOf(ONE)) as unknown as { messages: { role: string }[] }
  const at = messages.findIndex(({ role }) => role === 'assistant')
  await addLabels(store, { sessions: [ONE], message: at, labels: [reject], by: 'ada' })
  // The first record of the conversation is said twice: what follows moves by one.
  const first = lines.findIndex(line => JSON.parse(line).type === 'user')
  const said = JSON.parse(lines[first]!)
  const earlier = { ...said, uuid: '00000000-0000-4000-8000-000000000000', message: { role: 'user', content: 'Before all this' } }
  const later = { ...said, parentUuid: earlier.uuid }
  writeFileSync(
    path,
    `${[...lines.slice(0, first), JSON.stringify(earlier), JSON.stringify(later), ...lines.slice(first + 1)].join('\n')}\n`,
  )
  await ingest()
  expect(await refreshLabels(store)).toMatchObject({ labels: 1, rows: 1, lost: [] })
  expect(await rowOf(ONE)).toMatchObject({ message_labels: [{ message: at + 1, label: 'reject' }] })
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"text":"[^"]*"/g, '"text":"something else"'))
  await ingest()
  expect(await refreshLabels(store)).toMatchObject({ labels: 1, lost: [{ trace_id: ONE, message: at }] })
  expect(readLabels(store)).toHaveLength(1)
})

it('lines that are damaged or somebody else’s cost themselves alone', async () => {
  await addLabels(store, { sessions: [ONE], labels: [accept], by: 'ada' })
  mkdirSync(join(store, 'labels'), { recursive: true })
  appendFileSync(
    join(store, 'labels', 'by-ada.jsonl'),
    '{"at": 1}\n[]\n{"name":"verdict","value":"maybe","at":"2","by":"x","trace_id":"y","message":null}\n{"torn',
  )
  await addLabels(store, { sessions: [TWO], labels: [accept], by: 'ada' })
  expect(readLabels(store).map(({ trace_id }) => trace_id)).toEqual([ONE, TWO])
})

it.each<[object, RegExp]>([
  [{ sessions: ['nobody'], labels: [accept] }, /Cannot label 'nobody': there is no such session/],
  [{ sessions: [ONE], labels: [] }, /found neither a verdict nor a tag nor a note/],
  [{ sessions: [ONE], labels: [{ name: 'tag', value: ' ' }] }, /found an empty tag/],
  [{ sessions: [ONE], labels: [{ name: 'verdict', value: 'maybe' }] }, /found verdict 'maybe', expected accept or reject/],
  [{ sessions: [ONE], message: 999, labels: [accept] }, /Cannot label message 999 of '5f3c.*': it has \d+, counted from 0/],
  [{ sessions: [ONE], labels: [accept], by: ' ' }, /expected a name/],
])('%j is refused, and nothing is kept of it', async (options, message) => {
  await expect(addLabels(store, options as Parameters<typeof addLabels>[1])).rejects.toThrow(message)
  expect(readLabels(store)).toEqual([])
})

it('to label costs what is said, however much was said before: a line is added, and no other row is read', async () => {
  const { ids } = await using(async dataset => ({
    ids: (await dataset.query('select trace_id from rows')).map(row => String(row['trace_id'])),
  }))
  const book = new LabelBook(store)
  for (const id of ids) await book.say({ sessions: [id], message: 0, labels: [accept], by: 'ada' })
  const file = join(store, 'labels', 'columns.jsonl')
  const before = readFileSync(file, 'utf8')
  const read: string[] = []
  const each = vi.spyOn(RowsById.prototype, 'each')
  for (const id of [ONE, TWO, ONE]) {
    await book.say({ sessions: [id], message: 1, labels: [reject], by: 'ada' })
    read.push(...each.mock.calls.splice(0).flatMap(([some]) => [...new Set(some)]))
  }
  each.mockRestore()
  // Once for what the message is, once for where its labels are: of that session alone.
  expect(new Set(read)).toEqual(new Set([ONE, TWO]))
  const after = readFileSync(file, 'utf8')
  expect(after.startsWith(before)).toBe(true)
  expect(after.split('\n').length - before.split('\n').length).toBe(3)
  const manifest = JSON.parse(readFileSync(join(store, 'labels', 'manifest.json'), 'utf8'))
  expect(manifest).toMatchObject({
    layout: 1,
    lines: ids.length + 3,
    rows: ids.length,
    labels: ids.length + 2,
    bytes: Buffer.byteLength(after),
  })
  expect(await rowOf(ONE)).toMatchObject({ message_accepted: [true, false] })
})

it.each<[string, (labels: string) => void]>([
  ['a killed process has said it and not placed it', labels => appendFileSync(join(labels, 'by-ada.jsonl'), eventLine(TWO, 'ada'))],
  ['another person’s file comes from elsewhere', labels => writeFileSync(join(labels, 'by-bob.jsonl'), eventLine(TWO, 'bob'))],
  ['the columns were torn', labels => appendFileSync(join(labels, 'columns.jsonl'), '{"line":9,"trace')],
  ['the columns are gone', labels => rmSync(join(labels, 'columns.jsonl'))],
  ['the manifest is gone', labels => rmSync(join(labels, 'manifest.json'))],
  ['the manifest is another’s', labels => writeFileSync(join(labels, 'manifest.json'), '{"layout":7}')],
])('the next label mends the columns where %s', async (_, damage) => {
  await addLabels(store, { sessions: [ONE], labels: [accept, { name: 'quality', value: '4' }], by: 'ada' })
  damage(join(store, 'labels'))
  const book = new LabelBook(store)
  await book.say({ sessions: [ONE], labels: [{ name: 'tag', value: 'x' }], by: 'ada' })
  const said = readLabels(store).some(({ trace_id }) => trace_id === TWO)
  expect(await rowOf(ONE)).toMatchObject({ label: 'accept', label_tags: ['x'], label_quality: '4' })
  expect(await rowOf(TWO)).toMatchObject({ label: said ? 'reject' : null })
})

const eventLine = (trace_id: string, by: string) =>
  `${JSON.stringify({ at: '2026-11-29T00:00:00.000Z', by, trace_id, message: null, message_hash: null, ...reject })}\n`

it('names of one’s own are columns of rows, queries, conditions and seeds; the last value of a person counts', async () => {
  await addLabels(store, { sessions: [ONE, TWO], labels: [{ name: 'quality', value: '3' }], by: 'ada' })
  await addLabels(store, {
    sessions: [ONE],
    labels: [
      { name: 'quality', value: '5' },
      { name: 'issue', value: 'none' },
    ],
    by: 'ada',
  })
  await addLabels(store, { sessions: [ONE], message: 1, labels: [{ name: 'tone', value: 'dry' }], by: 'ada' })
  expect(await rowOf(ONE)).toMatchObject({ label: null, label_quality: '5', label_issue: 'none' })
  expect(await rowOf(TWO)).toMatchObject({ label_quality: '3', label_issue: null })
  await using(async dataset => {
    // A name that was only given to messages is a column as well: it may be given to a row at any time.
    expect(dataset.columns.filter(column => /^label_(quality|issue|tone)$/.test(column)).sort()).toEqual([
      'label_issue',
      'label_quality',
      'label_tone',
    ])
    expect(await dataset.query("select trace_id from rows where label_quality = '5'")).toEqual([{ trace_id: ONE }])
    expect(
      await dataset.query("select v.value from (select unnest(label_values) as v from rows) where v.name = 'tone' and v.message = 1"),
    ).toEqual([{ value: 'dry' }])
  })
  const seed = await new DatasetSeedSource({ path: store, where: "label_quality = '5'" }).open()
  expect((await seed.read(0))[0]).toMatchObject({ row: { trace_id: ONE, label_quality: '5' } })
  expect(seed.columns).toContain('label_tone')
  seed.close()
  await addLabels(store, { sessions: [ONE], labels: [{ name: 'quality', value: '1' }], by: 'bob' })
  expect(await rowOf(ONE)).toMatchObject({ label_quality: 'disputed' })
  for (const name of ['Quality', 'by', 'tags', '__proto__', 'a b', '', '1st', 'x'.repeat(41)])
    await expect(addLabels(store, { sessions: [ONE], labels: [{ name, value: '1' }], by: 'ada' })).rejects.toThrow(
      /Cannot label: found the name/,
    )
})

it('what is taken back leaves the columns, and very many changes do not make the file grow for ever', async () => {
  const book = new LabelBook(store)
  for (let i = 0; i < 1100; i++) await book.say({ sessions: [ONE], labels: [i % 2 === 0 ? accept : reject], by: 'ada' })
  expect(readFileSync(join(store, 'labels', 'columns.jsonl'), 'utf8').split('\n').length).toBeLessThan(1010)
  await book.say({ sessions: [ONE], labels: [accept], by: 'ada', undo: true })
  expect(await rowOf(ONE)).toMatchObject({ label: null, label_by: null })
  expect(book.all()).toEqual([])
}, 60_000)

it('what is read while it is being said still becomes columns', async () => {
  const book = new LabelBook(store)
  const asked = setInterval(() => book.of(ONE), 0)
  try {
    for (const message of [0, 1, 2]) {
      const said = book.say({ sessions: [ONE], message, labels: [accept], by: 'ada' })
      // The line stands in the file before the columns are made; whoever reads it first must not keep it from them.
      while (book.of(ONE).length <= message) await new Promise(resolve => setImmediate(resolve))
      await said
      expect((await rowOf(ONE))['message_labels']).toHaveLength(message + 1)
    }
  } finally {
    clearInterval(asked)
  }
})

it('what stands in the place of somebody’s labels and is no file is refused by its name, and never waited for', async () => {
  await addLabels(store, { sessions: [ONE], labels: [accept] })
  const path = join(store, 'labels', 'by-eve.jsonl')
  for (const [make, kind] of [
    [() => execFileSync('mkfifo', [path]), 'a named pipe'],
    [() => mkdirSync(path), 'a folder'],
  ] as const) {
    make()
    expect(() => readLabels(store)).toThrow(`Cannot read '${path}': found ${kind}, expected a regular file`)
    rmSync(path, { recursive: true })
  }
  expect(readLabels(store)).toMatchObject([{ trace_id: ONE, value: 'accept' }])
})

it('lines of labels that nobody could have written cost themselves alone', async () => {
  await addLabels(store, { sessions: [ONE], labels: [accept] })
  const event = (odd: object) =>
    JSON.stringify({
      at: '2026-11-01T00:00:00.000Z',
      by: 'eve',
      trace_id: ONE,
      message: null,
      message_hash: null,
      name: 'tag',
      value: 'x',
      ...odd,
    })
  const lines = [
    event({ value: 'first' }),
    ...[
      '',
      'null',
      '[]',
      '7',
      '{',
      '{"__proto__":{"name":"tag"}}',
      '['.repeat(100_000),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    ],
    ...[{ name: '__proto__' }, { name: "x'; DROP" }, { name: 'verdict', value: 'maybe' }, { value: null }, { at: 5 }, { by: null }].map(
      event,
    ),
    ...[{ message: '0' }, { message: 0.5 }].map(event),
    'z'.repeat(2_000_000),
    event({ value: 'last' }),
  ]
  writeFileSync(join(store, 'labels', 'by-eve.jsonl'), `${lines.join('\n')}\n{"at":"2026`)
  expect(readLabels(store).filter(({ by }) => by === 'eve')).toMatchObject([{ value: 'first' }, { value: 'last' }])
  await refreshLabels(store)
  expect(String((await rowOf(ONE))['label_tags'])).toBe('first,last')
})
