import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { DirectorySeedSource, directory } from './directory.ts'
import { drawRows } from './draw.ts'
import { FileContentsSeedSource, fileContents } from './file-contents.ts'
import type { SeedSource } from './seed.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tracewright-folder-')))
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder of files with these bytes. */
function folderOf(name: string, files: { [path: string]: string | Buffer }): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true })
    writeFileSync(join(path, file), bytes)
  }
  return path
}

async function all(source: SeedSource) {
  const seed = await source.open()
  const outcomes = []
  for (let index = 0; index < seed.size; index++) outcomes.push(...(await seed.read(index)))
  seed.close()
  return {
    rows: outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : [])),
    rejects: outcomes.flatMap(outcome => ('reject' in outcome ? [outcome.reject] : [])),
  }
}

const tree = folderOf('tree', { 'b.txt': 'two', 'a.txt': 'one', 'Z.txt': 'first', 'deep/er/c.txt': 'three', 'deep/d.md': 'four' })

describe('DirectorySeedSource', () => {
  it('gives a row for each file, by path in code-point order', async () => {
    const { rows } = await all(new DirectorySeedSource({ path: tree }))
    expect(rows.map(row => row['relative_path'])).toEqual(['Z.txt', 'a.txt', 'b.txt', 'deep/d.md', 'deep/er/c.txt'])
    expect(rows[4]).toEqual({
      source_kind: 'directory_file',
      source_path: join(tree, 'deep/er/c.txt'),
      relative_path: 'deep/er/c.txt',
      file_name: 'c.txt',
    })
  })

  it('matches base names only, case and all, and stays in the folder where it is told to', async () => {
    const paths = async (options: { filePattern?: string; recursive?: boolean }) =>
      (await all(new DirectorySeedSource({ path: tree, ...options }))).rows.map(row => row['relative_path'])
    expect(await paths({ filePattern: '[a-c].txt' })).toEqual(['a.txt', 'b.txt', 'deep/er/c.txt'])
    expect(await paths({ filePattern: '[!a].???', recursive: false })).toEqual(['Z.txt', 'b.txt'])
    expect(() => new DirectorySeedSource({ path: tree, filePattern: 'deep/*' })).toThrow('expected a pattern on file names alone')
  })

  it('tells of links that lead out of the folder, after the files', async () => {
    const linked = folderOf('linked', { 'a.txt': 'a' })
    symlinkSync(join(tree, 'b.txt'), join(linked, '0.txt'))
    const { rows, rejects } = await all(new DirectorySeedSource({ path: linked }))
    expect(rows.map(row => row['file_name'])).toEqual(['a.txt'])
    expect(rejects).toMatchObject([{ at: '0.txt' }])
  })

  it('says where it looked when there is nothing', async () => {
    await expect(new DirectorySeedSource({ path: tree, filePattern: '*.pdf' }).open()).rejects.toThrow(
      `No files matched file_pattern '*.pdf' under ${tree}`,
    )
    await expect(new DirectorySeedSource({ path: tree, filePattern: '*.pdf', recursive: false }).open()).rejects.toThrow(
      `directly under ${tree}`,
    )
    await expect(new DirectorySeedSource({ path: join(tree, 'none') }).open()).rejects.toMatchObject({
      kind: 'seed',
      message: expect.stringContaining('found nothing, expected a folder'),
    })
    await expect(new DirectorySeedSource({ path: join(tree, 'a.txt') }).open()).rejects.toThrow('found a file, expected a folder')
  })
})

describe('FileContentsSeedSource', () => {
  const contents = async (bytes: Buffer, encoding?: string) => {
    const path = folderOf(`bytes-${Math.random()}`, { 'a.txt': bytes })
    const { rows, rejects } = await all(new FileContentsSeedSource({ path, ...(encoding === undefined ? {} : { encoding }) }))
    return rows[0]?.['content'] ?? rejects[0]?.reason
  }

  it('adds the text of each file, as it is', async () => {
    const { rows } = await all(new FileContentsSeedSource({ path: tree, filePattern: '*.md' }))
    expect(rows).toEqual([
      {
        source_kind: 'file_contents',
        source_path: join(tree, 'deep/d.md'),
        relative_path: 'deep/d.md',
        file_name: 'd.md',
        content: 'four',
      },
    ])
    expect(await contents(Buffer.from('a\r\nb\rc\u2028'))).toBe('a\r\nb\rc\u2028')
  })

  it.each([
    ['utf-8', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['utf-8-sig', [0xef, 0xbb, 0xbf, 0x61], 'a'],
    ['UTF_8', [0xc3, 0xa9], 'é'],
    ['latin-1', [0xe9, 0x80], 'é\x80'],
    ['iso8859-1', [0x80], '\x80'],
    ['cp1252', [0xe9, 0x80], 'é€'],
    ['utf-16', [0xff, 0xfe, 0x61, 0x00], 'a'],
    ['utf-16', [0xfe, 0xff, 0x00, 0x61], 'a'],
    ['utf-16-be', [0x00, 0x61], 'a'],
    ['shift_jis', [0x93, 0xfa], '日'],
    ['ascii', [0x61], 'a'],
    ['ascii', [0x61, 0xe9], 'Cannot decode as ascii: found byte 0xe9 at 1'],
    ['utf-8', [0x61, 0xe9], 'Cannot decode as utf-8: found bytes that are not in this encoding'],
  ])('reads %s as Python does: %j', async (encoding, bytes, expected) => {
    expect(await contents(Buffer.from(bytes), encoding)).toBe(expected)
  })

  it('rejects a file that is not in the encoding, and goes on', async () => {
    const path = folderOf('mixed', { 'a.txt': 'a', 'b.txt': Buffer.from([0xff]), 'c.txt': 'c' })
    const { rows, rejects } = await all(new FileContentsSeedSource({ path }))
    expect(rows.map(row => row['content'])).toEqual(['a', 'c'])
    expect(rejects).toMatchObject([{ at: 'b.txt' }])
  })

  it('reads only the files that are drawn', async () => {
    const path = folderOf('drawn', { 'a.txt': 'a', 'b.txt': 'b' })
    const seed = await new FileContentsSeedSource({ path }).open()
    rmSync(join(path, 'b.txt'))
    expect(await Array.fromAsync(drawRows(seed, { seed: 1, count: 1 }))).toMatchObject([{ row: { content: 'a' } }])
  })

  it('refuses an encoding nobody knows, before anything is read', () => {
    expect(() => new FileContentsSeedSource({ path: tree, encoding: 'utf-9' })).toThrow("Unknown encoding 'utf-9'")
  })
})

it.each([
  [directory, { seed_type: 'directory', path: tree, file_pattern: '*', recursive: true }],
  [fileContents, { seed_type: 'file_contents', path: tree, file_pattern: '*.md', recursive: true, encoding: 'latin-1' }],
])('seed type $name is written back as it was read, with its columns known before it is opened', async (type, config: JsonObject) => {
  const source = type.fromJSON(config)
  expect(source.toJSON()).toEqual(config)
  expect(type.fromJSON({ seed_type: config['seed_type']!, path: tree }).toJSON()).toMatchObject({ file_pattern: '*', recursive: true })
  expect(Object.keys((await all(source)).rows[0]!)).toEqual(source.columns)
})
