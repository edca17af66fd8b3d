import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openApart, quoted } from '../codec/duckdb.ts'
import { parquet } from '../codec/parquet.ts'
import type { JsonObject } from '../json/json.ts'
import { configFromJSON } from '../pipeline/config/builder.ts'
import { DataDesigner } from '../pipeline/data-designer.ts'
import type { Row } from '../row.ts'
import { LocalFileSeedSource } from './file.ts'
import { HubClient } from './hub/hub-client.ts'
import { hubPathOf, matcherOf } from './hub/hub-path.ts'
import { HuggingFaceSeedSource } from './hub.ts'
import type { OpenSeed } from './seed.ts'
import { FileHub } from './testing/file-hub.ts'

let temporary = ''
beforeEach(() => {
  temporary = scratch()
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => void vi.unstubAllEnvs())

const scratch = () => mkdtempSync(join(tmpdir(), 'tracewright-test-'))
const leftBehind = () => readdirSync(temporary).filter(name => name.startsWith('tracewright-hub-'))

/** A Parquet file of another writer: groups of 2048 rows, with columns of every kind, one of them wide. */
async function parquetOf(rows: number, first = 0): Promise<Buffer> {
  const path = join(scratch(), 'made.parquet')
  const database = await openApart({ memoryMB: 256, threads: 1 })
  await database.connection.run(
    `COPY (SELECT i AS id, 'text ' || i AS text, [i, i + 1] AS list, {'a': i, 'b': 'x' || i} AS "odd name, really",
       md5(i::VARCHAR) || md5((i * 7)::VARCHAR) || md5((i * 13)::VARCHAR) AS wide
     FROM range(${first}, ${first + rows}) r(i)) TO ${quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048, COMPRESSION uncompressed)`,
  )
  database[Symbol.dispose]()
  return readFileSync(path)
}

const read = async (seed: OpenSeed, ...numbers: number[]): Promise<Row[]> => {
  const rows: Row[] = []
  for (const number of numbers) rows.push(...(await seed.read(number)).flatMap(each => ('row' in each ? [each.row] : [])))
  return rows
}

const source = (hub: FileHub, path: string, more: JsonObject = {}) =>
  new HuggingFaceSeedSource({ path: `datasets/ada/notes/${path}`, endpoint: hub.endpoint, ...more })

describe('of Parquet', () => {
  it('only the end and the row groups are fetched that are read, each once', async () => {
    const bytes = await parquetOf(20_480)
    await using hub = await FileHub.start({ 'data/a.parquet': bytes })
    const seed = await source(hub, 'data/*.parquet').open()
    expect(seed).toMatchObject({
      size: 20_480,
      columns: ['id', 'text', 'list', 'odd name, really', 'wide'],
      place: 'hf://datasets/ada/notes/data/*.parquet',
    })
    expect(hub.reads.map(({ range }) => range)).toEqual([`bytes=${bytes.length - 65_536}-${bytes.length - 1}`])
    const [row] = await read(seed, 9000)
    expect(row).toMatchObject({ id: 9000, text: 'text 9000', list: [9000, 9001], 'odd name, really': { a: 9000, b: 'x9000' } })
    expect(hub.reads.length).toBe(2)
    expect(hub.bytes).toBeLessThan(bytes.length / 8 + 65_536)
    const before = hub.bytes
    await read(seed, 9001, 8999, 10_000)
    expect(hub.bytes).toBe(before)
    await read(seed, ...Array.from({ length: 5000 }, (_, i) => i))
    expect(hub.reads.length).toBe(5)
    expect(hub.bytes).toBeLessThan(bytes.length * 0.5)
    seed.close()
    expect(leftBehind()).toEqual([])
  })

  it('the rows are those that the file itself would give, in order and out of it', async () => {
    const bytes = await parquetOf(7000)
    await using hub = await FileHub.start({ 'a.parquet': bytes })
    const path = join(scratch(), 'a.parquet')
    writeFileSync(path, bytes)
    const [far, near] = [await source(hub, 'a.parquet').open(), await new LocalFileSeedSource({ path }).open()]
    const numbers = [...Array(7000).keys(), 6999, 3, 5000, 4999, 2048, 2047, 0]
    expect(await read(far, ...numbers)).toEqual(await read(near, ...numbers))
    expect(hub.bytes).toBeLessThan(bytes.length + 65_536)
    far.close()
    near.close()
  })

  it('files of this program are read so, too, and of several files as of one', async () => {
    const files: { [path: string]: Buffer } = {}
    for (const name of ['part-0', 'part-1', 'part-2']) {
      const path = join(scratch(), `${name}.parquet`)
      const writer = parquet.write(path)
      for (let i = 0; i < 50; i++) await writer.write({ name, i, deep: [{ i }] })
      await writer.close()
      files[`parts/${name}.parquet`] = readFileSync(path)
    }
    await using hub = await FileHub.start({ ...files, 'README.md': '# A run', 'parts/notes.txt': 'x' }, { page: 2 })
    const seed = await source(hub, '**/*.parquet').open()
    expect(seed.size).toBe(150)
    expect(await read(seed, 0, 49, 50, 149)).toEqual([
      { name: 'part-0', i: 0, deep: [{ i: 0 }] },
      { name: 'part-0', i: 49, deep: [{ i: 49 }] },
      { name: 'part-1', i: 0, deep: [{ i: 0 }] },
      { name: 'part-2', i: 49, deep: [{ i: 49 }] },
    ])
    seed.close()
  })

  it('columns that are not wanted are not fetched', async () => {
    const bytes = await parquetOf(20_480)
    await using hub = await FileHub.start({ 'a.parquet': bytes })
    const seed = await source(hub, 'a.parquet', { columns: ['id', 'odd name, really'] }).open()
    expect(seed.columns).toEqual(['id', 'odd name, really'])
    expect(await read(seed, 3, 15_000)).toEqual([
      { id: 3, 'odd name, really': { a: 3, b: 'x3' } },
      { id: 15_000, 'odd name, really': { a: 15_000, b: 'x15000' } },
    ])
    // Two groups of ten; the wide column alone is most of each.
    expect(hub.bytes - 65_536).toBeLessThan(bytes.length / 5 / 2)
    seed.close()
    await expect(source(hub, 'a.parquet', { columns: ['idd'] }).open()).rejects.toThrow("it has no column 'idd'")
    expect(leftBehind()).toEqual([])
  })

  it('a footer longer than what is fetched first is fetched whole', async () => {
    const path = join(scratch(), 'wide.parquet')
    const database = await openApart({ memoryMB: 256, threads: 1 })
    const columns = Array.from({ length: 900 }, (_, i) => `i + ${i} AS "a rather long name of a column, number ${i}"`).join(', ')
    await database.connection.run(`COPY (SELECT ${columns} FROM range(10) r(i)) TO ${quoted(path)} (FORMAT parquet)`)
    database[Symbol.dispose]()
    await using hub = await FileHub.start({ 'wide.parquet': readFileSync(path) })
    const seed = await source(hub, 'wide.parquet').open()
    expect(seed.columns.length).toBe(900)
    expect(await read(seed, 9)).toMatchObject([{ 'a rather long name of a column, number 899': 908 }])
    seed.close()
  })

  it.each<[string, Buffer]>([
    ['no Parquet', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['an end that lies', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(40), Buffer.from([255, 255, 255, 127]), Buffer.from('PAR1')])],
    ['an end that is garbage', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(40, 7), Buffer.from([40, 0, 0, 0]), Buffer.from('PAR1')])],
  ])('a file with %s is refused', async (_, content) => {
    await using hub = await FileHub.start({ 'a.parquet': content })
    await expect(source(hub, 'a.parquet').open()).rejects.toMatchObject({
      kind: expect.stringMatching(/seed|file/),
      message: expect.stringContaining('Cannot read'),
    })
    expect(leftBehind()).toEqual([])
  })
})

it.each([
  [
    'rows.jsonl',
    '{"id":1,"t":"a\\nb"}\n{"id":2,"t":"c"}\n',
    [
      { id: 1, t: 'a\nb' },
      { id: 2, t: 'c' },
    ],
  ],
  [
    'rows.csv',
    'id,t\n1,"a\nb"\n2,c\n',
    [
      { id: 1, t: 'a\nb' },
      { id: 2, t: 'c' },
    ],
  ],
  ['rows.json', '[{"id":1},{"id":2}]', [{ id: 1 }, { id: 2 }]],
])('%s comes as a stream, once', async (name, text, rows) => {
  await using hub = await FileHub.start({ [`data/${name}`]: text })
  const seed = await source(hub, `data/${name}`).open()
  expect(await read(seed, 1, 0)).toEqual([rows[1], rows[0]])
  expect(hub.bytes).toBe(Buffer.byteLength(text))
  seed.close()
  expect(leftBehind()).toEqual([])
})

it('what is pushed meanwhile is not seen, and another revision is another seed', async () => {
  await using hub = await FileHub.start({ 'a.parquet': await parquetOf(5000) })
  hub.put('datasets/ada/notes', { 'a.jsonl': '{"old":1}\n' }, 'v1.0')
  hub.put('datasets/ada/notes', { 'default/train/0000.jsonl': '{"converted":1}\n' }, 'refs/convert/parquet')
  const seed = await source(hub, 'a.parquet').open()
  hub.put('datasets/ada/notes', { 'a.parquet': await parquetOf(10, 900) })
  expect((await read(seed, 4999))[0]).toMatchObject({ id: 4999 })
  seed.close()
  const at = async (path: string) => {
    const opened = await new HuggingFaceSeedSource({ path, endpoint: hub.endpoint }).open()
    const rows = await read(opened, 0)
    opened.close()
    return rows
  }
  expect(await at('hf://datasets/ada/notes@v1.0/a.jsonl')).toEqual([{ old: 1 }])
  expect(await at('datasets/ada/notes@refs/convert/parquet/default/**/*.jsonl')).toEqual([{ converted: 1 }])
})

describe('tokens', () => {
  it('go to the hub alone, from the variable that is named', async () => {
    await using hub = await FileHub.start({ 'a.jsonl': '{"a":1}\n' }, { token: 'hf_secret' })
    vi.stubEnv('MY_HUB_TOKEN', 'hf_secret')
    const seed = await source(hub, 'a.jsonl', { token: 'MY_HUB_TOKEN' }).open()
    seed.close()
    expect([...new Set(hub.requests.map(({ at, token }) => `${at} ${token}`))].sort()).toEqual(['hub Bearer hf_secret', 'storage null'])
  })

  it('HF_TOKEN is sent to its own hub, and to no other that a config names', async () => {
    await using hub = await FileHub.start({ 'a.jsonl': '{"a":1}\n' }, { token: 'hf_secret' })
    vi.stubEnv('HF_TOKEN', 'hf_secret')
    await expect(source(hub, 'a.jsonl').open()).rejects.toMatchObject({ hint: expect.stringContaining('HF_TOKEN') })
    expect(hub.requests.every(({ token }) => token === null)).toBe(true)
    vi.stubEnv('HF_ENDPOINT', hub.endpoint)
    const seed = await new HuggingFaceSeedSource({ path: 'datasets/ada/notes/a.jsonl' }).open()
    expect(await read(seed, 0)).toEqual([{ a: 1 }])
    seed.close()
  })

  it('what is no token is sent nowhere', async () => {
    await using hub = await FileHub.start({ 'a.jsonl': '{"a":1}\n' })
    vi.stubEnv('OTHER_SECRET', 'sk-123456')
    await expect(source(hub, 'a.jsonl', { token: 'OTHER_SECRET' }).open()).rejects.toThrow('is no token')
    await expect(source(hub, 'a.jsonl', { token: 'NOT_SET' }).open()).rejects.toThrow("no variable 'NOT_SET'")
    expect(hub.requests).toEqual([])
  })

  it('are in no folder of a run', async () => {
    await using hub = await FileHub.start({ 'a.jsonl': '{"a":1}\n' }, { token: 'hf_secret' })
    const builder = configFromJSON({
      columns: [{ column_type: 'expression', name: 'e', expr: '{{ a }}' }],
      seed_config: { source: source(hub, 'a.jsonl', { token: 'hf_secret' }).toJSON() },
    })
    expect(builder.toYAML()).toContain('hf_secret')
    const path = scratch()
    await new DataDesigner().create(builder, { path })
    for (const file of ['config.json', 'manifest.json', 'plan.json'])
      expect(readFileSync(join(path, file), 'utf8')).not.toContain('hf_secret')
  })
})

describe('a hub that stumbles', () => {
  it('goes on where the hub falls silent in the middle, and gives up where nothing more comes', async () => {
    const bytes = Buffer.from('x'.repeat(50_000))
    const asked = hubPathOf('datasets/ada/notes/a.txt')
    const all = async (hub: FileHub) => {
      const client = new HubClient(asked, { endpoint: hub.endpoint, token: null }, 400)
      const [file] = await client.files()
      return Buffer.concat(await Array.fromAsync(client.read(file!)))
    }
    await using once = await FileHub.start({ 'a.txt': bytes }, { cut: (_, nth) => (nth < 3 ? 9000 : null), fallsSilent: true })
    expect((await all(once)).equals(bytes)).toBe(true)
    await using ever = await FileHub.start({ 'a.txt': bytes }, { cut: () => 0, fallsSilent: true })
    await expect(all(ever)).rejects.toThrow('nothing came for 0.4 s')
  })

  it('is asked on from where it ended', async () => {
    const text = Array.from({ length: 4000 }, (_, i) => `{"i":${i}}\n`).join('')
    await using hub = await FileHub.start({ 'a.jsonl': text }, { cut: (_, nth) => (nth < 3 ? 9000 : null) })
    const seed = await source(hub, 'a.jsonl').open()
    expect(seed.size).toBe(4000)
    expect(await read(seed, 3999)).toEqual([{ i: 3999 }])
    expect(hub.reads.map(({ range }) => range)).toEqual([0, 9000, 18_000].map(from => `bytes=${from}-${text.length - 1}`))
    seed.close()
  })

  it('may know no ranges, or send files by itself', async () => {
    await using hub = await FileHub.start({ 'a.parquet': await parquetOf(5000) }, { keepsRanges: false, storageAside: false })
    const seed = await source(hub, 'a.parquet').open()
    expect(await read(seed, 4000)).toMatchObject([{ id: 4000 }])
    seed.close()
  })

  it('is asked again where it is busy', async () => {
    await using hub = await FileHub.start(
      { 'a.jsonl': '{"a":1}\n' },
      { status: (path, nth) => (path.includes('/revision/') && nth < 3 ? 503 : null) },
    )
    const seed = await source(hub, 'a.jsonl').open()
    expect(seed.size).toBe(1)
    seed.close()
  })

  it.each<[string, (path: string) => number | null, string, string]>([
    ['refuses', () => 403, 'answered 403', 'terms'],
    ['does not know the repository', () => 404, 'answered 404', "names of 'ada/notes'"],
  ])('that %s is told with what to do', async (_, status, message, hint) => {
    await using hub = await FileHub.start({ 'a.jsonl': '{"a":1}\n' }, { status })
    await expect(source(hub, 'a.jsonl').open()).rejects.toMatchObject({
      kind: 'seed',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
  })

  it('that is not there is told by its name', async () => {
    const gone = new HuggingFaceSeedSource({ path: 'datasets/ada/notes/a.jsonl', endpoint: 'http://127.0.0.1:9' })
    await expect(gone.open()).rejects.toThrow(/Cannot reach 'hf:\/\/datasets\/ada\/notes\/a.jsonl' at http:\/\/127.0.0.1:9/)
  })

  it('what does not match is told with what there is', async () => {
    await using hub = await FileHub.start({ 'data/a.jsonl': '{}', 'data/b.jsonl': '{}' })
    await expect(source(hub, 'data/*.parquet').open()).rejects.toMatchObject({
      message: expect.stringContaining("no file matches 'data/*.parquet'"),
      hint: 'There are: data/a.jsonl, data/b.jsonl',
    })
  })
})

it.each([
  ['datasets/u/n/data/*.parquet', { type: 'dataset', name: 'u/n', revision: 'main', file: 'data/*.parquet' }],
  ['hf://datasets/u/n@v1/a.csv', { type: 'dataset', name: 'u/n', revision: 'v1', file: 'a.csv' }],
  [
    'datasets/u/n@refs/convert/parquet/x/y.parquet',
    { type: 'dataset', name: 'u/n', revision: 'refs/convert/parquet', file: 'x/y.parquet' },
  ],
  ['datasets/u/n@refs/pr/7/y.parquet', { type: 'dataset', name: 'u/n', revision: 'refs/pr/7', file: 'y.parquet' }],
  ['datasets/u/n@feature%2Fx/y.parquet', { type: 'dataset', name: 'u/n', revision: 'feature/x', file: 'y.parquet' }],
  ['spaces/u/n/a.json', { type: 'space', name: 'u/n', revision: 'main', file: 'a.json' }],
  ['u/n/a.jsonl', { type: 'model', name: 'u/n', revision: 'main', file: 'a.jsonl' }],
])('the path %s', (path, parts) => expect(hubPathOf(path)).toEqual(parts))

it.each(['', 'datasets/', 'datasets/u', 'datasets/u/n', 'datasets/u/n/', 'https://huggingface.co/datasets/u/n'])(
  'the path %j is refused',
  path => expect(() => hubPathOf(path)).toThrow(expect.objectContaining({ kind: 'config', hint: expect.any(String) })),
)

it.each<[string, string[], string[]]>([
  ['data/*.parquet', ['data/a.parquet', 'data/.parquet'], ['a.parquet', 'data/x/a.parquet', 'data/a.parquet.txt']],
  ['**/*.parquet', ['a.parquet', 'data/x/a.parquet'], ['a.parquetx']],
  ['data/**', ['data/a', 'data/x/y'], ['dat/a']],
  ['train-0000?-of-[0-9].csv', ['train-00001-of-3.csv'], ['train-00001-of-x.csv', 'train-0000-of-3.csv']],
  ['[!a]*.csv', ['b.csv'], ['a.csv', '/x.csv']],
  ['a+(b).csv', ['a+(b).csv'], ['aab.csv']],
])('the pattern %s', (pattern, matching, others) => {
  const matches = matcherOf(pattern)
  expect(matching.filter(path => !matches(path))).toEqual([])
  expect(others.filter(matches)).toEqual([])
})

it('under compat it is read as Data Designer reads it', async () => {
  await using hub = await FileHub.start({ 'a.jsonl': '{"n":1}\n{"n":null}\n{"n":3}\n' })
  const config = {
    columns: [{ column_type: 'expression', name: 'e', expr: '{{ n }}' }],
    seed_config: { source: source(hub, 'a.jsonl').toJSON() },
  }
  const { dataset } = await new DataDesigner({ compat: 'data_designer' }).preview(configFromJSON(config), { numRecords: 3 })
  expect(dataset.map(row => row['e'])).toEqual(['1.0', 'nan', '3.0'])
  expect(leftBehind()).toEqual([])
})
