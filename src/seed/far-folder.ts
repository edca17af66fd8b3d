import { basename } from 'node:path/posix'
import { openHome } from '../dataset/run/open-home.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { fnmatch } from '../python/fnmatch.ts'
import type { Outcome, Row } from '../row.ts'
import type { FolderOptions } from './folder-files.ts'
import { HubClient } from './hub/hub-client.ts'
import { hubPathOf } from './hub/hub-path.ts'
import type { OpenSeed } from './seed.ts'

/** Whether a path is that of a folder elsewhere: on the Hugging Face hub, or on S3-compatible storage. */
export function isFar(path: string): boolean {
  return /^(?:hf|s3):\/\//i.test(path)
}

/** A folder elsewhere: the files below it, by their paths from it, and what is in one. */
type FarFolder = { place: string; list(recursive: boolean): Promise<string[]>; read(path: string): Promise<Buffer> }

/** A seed with one thing for each matching file of a folder elsewhere, in the order of their paths. Only files that are drawn are fetched. */
export async function openFarFolder(
  { path, filePattern, recursive }: Required<FolderOptions>,
  sourceKind: string,
  columns: readonly string[],
  rowOf: (file: Row, read: () => Promise<Buffer>) => Promise<Row>,
): Promise<OpenSeed> {
  const folder = /^hf:/i.test(path) ? hubFolder(path) : storageFolder(path)
  const matches = fnmatch(filePattern)
  const files = (await folder.list(recursive)).filter(file => matches(basename(file)) && (recursive || !file.includes('/'))).sort()
  if (files.length === 0)
    throw new TracewrightError('seed', `No files matched file_pattern '${filePattern}' ${recursive ? 'under' : 'directly under'} ${path}`)
  return {
    columns,
    size: files.length,
    place: folder.place,
    async read(index): Promise<Outcome[]> {
      const file = files[index]!
      const known = { source_kind: sourceKind, source_path: `${folder.place}/${file}`, relative_path: file, file_name: basename(file) }
      try {
        return [{ row: await rowOf(known, () => folder.read(file)) }]
      } catch (error) {
        return [{ reject: { at: file, reason: messageOf(error) } }]
      }
    },
    close: () => {},
  }
}

function hubFolder(path: string): FarFolder {
  const place = path.replace(/\/+$/, '')
  const parsed = hubPathOf(`${place}/**`)
  const below = parsed.file.slice(0, -'**'.length)
  const { HF_ENDPOINT: endpoint = 'https://huggingface.co', HF_TOKEN: token = null } = process.env
  const client = new HubClient(parsed, { endpoint, token })
  const sizes = new Map<string, number>()
  return {
    place,
    async list() {
      for (const file of await client.files()) sizes.set(file.path.slice(below.length), file.size)
      return [...sizes.keys()]
    },
    async read(file) {
      const chunks: Buffer[] = []
      for await (const chunk of client.read({ path: below + file, size: sizes.get(file)! })) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
  }
}

function storageFolder(path: string): FarFolder {
  const place = path.replace(/\/+$/, '')
  const home = openHome(place)
  return {
    place,
    list: async () => (await home.list('')).map(({ key }) => key).filter(key => !key.endsWith('/')),
    async read(file) {
      const bytes = await home.get(file)
      if (bytes === null) throw new TracewrightError('seed', `Cannot read '${place}/${file}': it is gone`)
      return bytes
    },
  }
}
