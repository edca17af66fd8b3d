import { afterEach, describe, expect, it, vi } from 'vitest'
import { startS3Server } from '../../test/s3-server.ts'
import { openHome } from '../dataset/run/open-home.ts'
import { DirectorySeedSource } from './directory.ts'
import { FileContentsSeedSource } from './file-contents.ts'
import type { OpenSeed, SeedSource } from './seed.ts'
import { FileHub } from './testing/file-hub.ts'

afterEach(() => void vi.unstubAllEnvs())

const FILES = { 'notes/b.md': 'B', 'notes/a.md': 'Größe', 'notes/deep/c.md': 'C', 'notes/d.txt': 'D', 'other/x.md': 'X' }

/** The files on a hub or on storage; gives the path of their folder. */
async function hubScene(options: Parameters<typeof FileHub.start>[1] = {}) {
  const hub = await FileHub.start(FILES, options)
  vi.stubEnv('HF_ENDPOINT', hub.endpoint)
  vi.stubEnv('HF_TOKEN', undefined)
  return { hub, top: 'hf://datasets/ada/notes', [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

async function storageScene() {
  const storage = await startS3Server({ pageSize: 2 })
  for (const [name, value] of Object.entries(storage.environment)) vi.stubEnv(name, value)
  const home = openHome('s3://bucket/set')
  for (const [path, text] of Object.entries(FILES)) await home.put(path, Buffer.from(text))
  return { top: 's3://bucket/set', [Symbol.asyncDispose]: async () => await storage.close() }
}

const all = async (seed: OpenSeed) => (await Promise.all(Array.from({ length: seed.size }, (_, i) => seed.read(i)))).flat()
const rowsOf = async (source: SeedSource) => {
  const seed = await source.open()
  const outcomes = await all(seed)
  seed.close()
  return outcomes
}

describe.each([
  ['the hub', hubScene],
  ['S3-compatible storage', storageScene],
])('a folder on %s', (_, scene) => {
  it('gives its files, below it or directly in it, by pattern', async () => {
    await using here = await scene()
    const path = `${here.top}/notes/`
    expect(await rowsOf(new DirectorySeedSource({ path, filePattern: '*.md' }))).toEqual(
      ['a.md', 'b.md', 'deep/c.md'].map(file => ({
        row: {
          source_kind: 'directory_file',
          source_path: `${here.top}/notes/${file}`,
          relative_path: file,
          file_name: file.split('/').at(-1),
        },
      })),
    )
    const flat = await rowsOf(new DirectorySeedSource({ path, filePattern: '[a-c].md', recursive: false }))
    expect(flat.map(outcome => 'row' in outcome && outcome.row['file_name'])).toEqual(['a.md', 'b.md'])
  })

  it('gives their texts; what is in another encoding is told, and the others go on', async () => {
    await using here = await scene()
    const outcomes = await rowsOf(new FileContentsSeedSource({ path: `${here.top}/notes`, encoding: 'ascii', filePattern: '[ab].md' }))
    expect(outcomes).toEqual([
      { reject: { at: 'a.md', reason: expect.any(String) } },
      { row: expect.objectContaining({ content: 'B', source_kind: 'file_contents' }) },
    ])
  })

  it('is written back as it was, looked for without reading, and told where nothing matches', async () => {
    await using here = await scene()
    const source = new FileContentsSeedSource({ path: `${here.top}/notes`, filePattern: '*.pdf' })
    expect(source.toJSON()).toMatchObject({ path: `${here.top}/notes` })
    expect(() => source.find('/tmp')).not.toThrow()
    await expect(source.open()).rejects.toThrow(/no file matches|No files matched/)
  })
})

it('only files that are drawn are fetched, as they stood when the seed was opened', async () => {
  await using here = await hubScene()
  const seed = await new FileContentsSeedSource({ path: `${here.top}/notes` }).open()
  expect([seed.size, here.hub.bytes]).toEqual([4, 0])
  here.hub.put('datasets/ada/notes', { 'notes/a.md': 'Other' })
  expect(await seed.read(0)).toMatchObject([{ row: { content: 'Größe' } }])
  expect(here.hub.bytes).toBe(Buffer.byteLength('Größe'))
  const top = await new DirectorySeedSource({ path: 'hf://datasets/ada/notes' }).open()
  expect(top.size).toBe(1)
})
