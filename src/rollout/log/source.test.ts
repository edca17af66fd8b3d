import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, removeFolders } from '../testing/read-logs.ts'
import { type Skipped, Source } from './source.ts'

afterAll(removeFolders)

const textOf = async (chunks: AsyncIterable<Buffer>) => {
  const pieces: Buffer[] = []
  for await (const piece of chunks) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString('utf8')
}

describe('Source', () => {
  it('lists by base name, in code-point order', () => {
    const source = new Source(folderWith({ 'b.jsonl': '', 'a/z.jsonl': '', 'B.jsonl': '', 'a/note.txt': '', 'é.jsonl': '' }))
    expect(source.list({ patterns: ['*.jsonl'], recursive: true })).toEqual(['B.jsonl', 'a/z.jsonl', 'b.jsonl', 'é.jsonl'])
    expect(source.list({ patterns: ['*.jsonl'], recursive: false })).toEqual(['B.jsonl', 'b.jsonl', 'é.jsonl'])
    expect(source.list({ patterns: ['z*', '*.txt'], recursive: true, folder: 'a' })).toEqual(['a/note.txt', 'a/z.jsonl'])
  })

  it('follows links inside the folder, and reports those that leave it or lead nowhere', () => {
    const outside = folderWith({ 'secret.jsonl': 'x' })
    const root = folderWith({ 'real.jsonl': '{}' })
    symlinkSync(join(root, 'real.jsonl'), join(root, 'link.jsonl'))
    symlinkSync(join(outside, 'secret.jsonl'), join(root, 'out.jsonl'))
    symlinkSync(join(root, 'loop.jsonl'), join(root, 'loop.jsonl'))
    const skipped: Skipped[] = []
    expect(new Source(root).list({ patterns: ['*.jsonl'], recursive: true, skipped })).toEqual(['link.jsonl', 'real.jsonl'])
    expect(skipped.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'loop.jsonl', reason: 'Symbolic link leads nowhere or to itself' },
      { path: 'out.jsonl', reason: 'Symbolic link leaves the folder that is read' },
    ])
  })

  it('reads nothing outside its folder', async () => {
    const outside = folderWith({ 'secret.txt': 'x' })
    const root = folderWith({ 'in.txt': 'y' })
    symlinkSync(outside, join(root, 'door'))
    const source = new Source(root)
    for (const path of ['../x', '/etc/passwd', 'a/../../x', 'door/secret.txt'])
      expect(() => source.absolute(path), path).toThrow(/lies outside the folder/)
    expect(source.relative(join(source.root, 'in.txt'))).toBe('in.txt')
    expect(source.relative(join(outside, 'secret.txt'))).toBeNull()
    await expect(source.text('door/secret.txt')).rejects.toThrow(/lies outside/)
    const { value } = source.watch(async () => source.database('door/secret.txt'))
    await expect(value).rejects.toThrow(/lies outside/)
    expect(() => source.glance('door/secret.txt', 8, () => null)).toThrow(/lies outside/)
    expect(() => source.glance('../x', 8, () => null)).toThrow(/lies outside/)
  })

  it('gives the bytes of a file from any place on, and of a compressed one as they were', async () => {
    const text = 'line one\nline two\n'.repeat(100_000)
    const source = new Source(folderWith({ 'plain.jsonl': text, 'small.jsonl.zst': zstdCompressSync(text) }))
    expect(await textOf(source.chunks('plain.jsonl'))).toBe(text)
    expect(await textOf(source.chunks('plain.jsonl', 9))).toBe(text.slice(9))
    expect(await textOf(source.chunks('small.jsonl.zst'))).toBe(text)
    expect((await source.head('small.jsonl.zst', 8)).toString()).toBe('line one')
    expect((await source.head('plain.jsonl', 8)).toString()).toBe('line one')
  })

  it('reads files at once, and one twice at once, each as if it were alone', async () => {
    const [one, other] = ['reed '.repeat(600_000), 'sedge '.repeat(500_000)]
    const source = new Source(folderWith({ 'one.txt': one, 'other.txt': other, 'other.txt.zst': zstdCompressSync(other) }))
    const pieces: Buffer[] = []
    for await (const piece of source.chunks('one.txt')) {
      const before = Buffer.from(piece)
      expect(await textOf(source.chunks('other.txt'))).toBe(other)
      expect(await textOf(source.chunks('one.txt'))).toBe(one)
      expect(piece.equals(before)).toBe(true)
      pieces.push(before)
    }
    expect(Buffer.concat(pieces).toString()).toBe(one)
    const paths = ['one.txt', 'other.txt', 'other.txt.zst', 'one.txt', 'other.txt', 'other.txt.zst']
    expect(await Promise.all(paths.map(path => textOf(source.chunks(path))))).toEqual([one, other, other, one, other, other])
    expect(await source.text('other.txt.zst')).toBe(other)
  })

  it('lets go of a compressed file that is not read to its end', async () => {
    // No two pieces are alike, so it stays large.
    const text = Array.from({ length: 400_000 }, (_, i) => `${i * 7919} `).join('')
    const source = new Source(folderWith({ 'large.zst': zstdCompressSync(text, { params: { 100: 1 } }) }))
    for (let i = 0; i < 3; i++) expect((await source.head('large.zst', 10)).toString()).toBe(text.slice(0, 10))
    for await (const piece of source.chunks('large.zst')) {
      expect(text.startsWith(piece.toString())).toBe(true)
      break
    }
    expect(await textOf(source.chunks('large.zst'))).toBe(text)
  })

  it('fails on damaged compressed data instead of hanging', async () => {
    const whole = zstdCompressSync('words '.repeat(10_000))
    const source = new Source(folderWith({ 'torn.zst': whole.subarray(0, whole.length / 2), 'junk.zst': 'no zstd at all' }))
    await expect(textOf(source.chunks('torn.zst'))).rejects.toThrow()
    await expect(textOf(source.chunks('junk.zst'))).rejects.toThrow()
  })

  it('reads small documents, and refuses large ones', async () => {
    const source = new Source(folderWith({ 'a.json': '\uFEFF{"a":1}', 'bad.json': '{' }))
    expect(await source.json('a.json')).toEqual({ a: 1 })
    expect(await source.json('bad.json')).toBeNull()
    expect(await source.json('none.json')).toBeNull()
    await expect(source.text('a.json', 3)).rejects.toThrow(/at most 3/)
  })

  it('opens a store with a live log from a copy, and leaves the folder as it was', async () => {
    const root = folderWith({})
    const writer = new DatabaseSync(join(root, 'state.db'))
    writer.exec("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (x); INSERT INTO t VALUES ('in the log')")
    const before = filesIn(root)
    const source = new Source(root)
    const database = await source.database('state.db')
    expect(database.prepare('SELECT x FROM t').all()).toEqual([{ x: 'in the log' }])
    source[Symbol.dispose]()
    expect(filesIn(root)).toEqual(before)
    writer.close()
  })

  it('opens a store at rest in place, without writing beside it', async () => {
    const root = folderWith({})
    const folder = join(root, 'home #1?')
    mkdirSync(folder)
    const writer = new DatabaseSync(join(folder, 'state.db'))
    writer.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)')
    writer.close()
    const before = filesIn(folder)
    const source = new Source(root)
    const database = await source.database('home #1?/state.db')
    expect(database.prepare('SELECT x FROM t').all()).toEqual([{ x: 1 }])
    expect(() => database.exec('INSERT INTO t VALUES (2)')).toThrow()
    source[Symbol.dispose]()
    expect(filesIn(folder)).toEqual(before)
  })

  it('computes what many units need once, and notes what was looked at for it', async () => {
    const source = new Source(folderWith({ 'index.json': '{"a":1}' }))
    let times = 0
    const index = () =>
      source.shared('index', () => {
        times++
        return source.json('index.json')
      })
    const { value, touched } = source.watch(async () => [await index(), await index(), source.facts('none.json')])
    expect(await value).toEqual([{ a: 1 }, { a: 1 }, null])
    expect(times).toBe(1)
    expect([...touched.absent]).toEqual(['none.json'])
    expect(touched.shared.flatMap(({ read }) => [...read])).toEqual(['index.json', 'index.json'])
  })

  it('counts what it opens and reads', async () => {
    const source = new Source(folderWith({ 'a.txt': '12345' }))
    await source.text('a.txt')
    await source.head('a.txt', 2)
    expect(source.counts).toEqual({ opened: 2, bytes: 7 })
  })

  it('needs a folder that is there', () => {
    const root = folderWith({})
    expect(() => new Source(join(root, 'none'))).toThrow(/ENOENT/)
  })
})

function filesIn(folder: string): [string, string, number][] {
  return readdirSync(folder).map(name => [name, readFileSync(join(folder, name)).toString('base64'), statSync(join(folder, name)).mtimeMs])
}
