import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { RunFolder } from '../dataset/run/folder.ts'
import { readManifest } from '../dataset/store/manifest.ts'
import { TracewrightError } from '../errors.ts'
import { visibleLine } from '../visible.ts'
import type { Source } from './api.ts'

/** A source that was found when the studio started: paths never come from a page. */
export type FoundSource = Pick<Source, 'id' | 'name' | 'kind' | 'path'>

/** What is to be shown: what was named, else the stores, runs and exports in a folder. Throws where there is nothing, or a path is none of these. */
export function findSources(paths: readonly string[], folder: string): FoundSource[] {
  const found = paths.length > 0 ? paths.map(path => ({ path, kind: kindOf(path) })) : sourcesIn(folder)
  const wrong = found.find(({ kind }) => kind === null)
  if (wrong !== undefined)
    throw new TracewrightError('usage', `Cannot show '${wrong.path}': found neither a store nor a run, an export or a file of rows`, {
      hint: 'Make a store: tracewright ingest PATH -o DIR',
    })
  if (found.length === 0)
    throw new TracewrightError('usage', 'Cannot open the studio: found no store and no run in this folder', {
      hint: 'Make a store: tracewright ingest -o sessions; or name one: tracewright studio DIR',
    })
  const ids = new Set<string>()
  return found.map(({ path, kind }) => {
    const name = visibleLine(basename(resolve(path)))
    const plain = name.replace(/[^\w.-]+/g, '-').replace(/^\.+$/, '') || 'source'
    let id = plain
    for (let n = 2; ids.has(id); n++) id = `${plain}-${n}`
    ids.add(id)
    return { id, name, kind: kind!, path: resolve(path) }
  })
}

/** Runs lie in folders of artifacts, stores beside configs: two floors are looked at. */
function sourcesIn(folder: string): { path: string; kind: Source['kind'] }[] {
  const own = kindOf(folder)
  if (own !== null) return [{ path: folder, kind: own }]
  const below = foldersIn(folder).flatMap(path => {
    const kind = kindOf(path)
    return kind !== null ? [{ path, kind }] : foldersIn(path).flatMap(inner => ofKind(inner))
  })
  return below.slice(0, MAX_FOUND)
}

const MAX_FOUND = 200

function ofKind(path: string): { path: string; kind: Source['kind'] }[] {
  const kind = kindOf(path)
  return kind === null ? [] : [{ path, kind }]
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(({ name }) => join(folder, name))
      .sort()
  } catch {
    return [] // what may not be read is not shown
  }
}

function kindOf(path: string): Source['kind'] | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return null
  if (stats.isFile()) return /\.(?:parquet|jsonl)$/.test(path) ? 'rows' : null
  if (existsSync(join(path, 'export.json'))) return 'export'
  try {
    if (RunFolder.isRun(path)) return 'run'
    return readManifest(path) === null ? null : 'store'
  } catch {
    return null // a manifest of another version, or a damaged one
  }
}

/** Files of a source that change when it does. */
const CHANGING: { readonly [kind in Source['kind']]: readonly string[] } = {
  store: ['manifest.json'], // labels have a version of their own: to label makes no session another one
  rows: ['.'],
  run: ['manifest.json', 'usage.json', 'rejects.jsonl', 'cells/replies.jsonl'], // its sign of life is asked for by itself
  export: ['export.json'],
}

/** A source as it stands: its version is another one after every change. */
export function currentSource(source: FoundSource): Source {
  const stats = CHANGING[source.kind].flatMap(name => statSync(join(source.path, name), { throwIfNoEntry: false }) ?? [])
  const newest = Math.max(0, ...stats.map(({ mtimeMs }) => mtimeMs))
  return {
    ...source,
    path: visibleLine(source.path),
    version: versionOf(stats),
    labels_version: versionOf(
      ['manifest.json', 'names.yaml'].flatMap(name => statSync(join(source.path, 'labels', name), { throwIfNoEntry: false }) ?? []),
    ),
    updated_at: newest === 0 ? null : new Date(newest).toISOString(),
  }
}

function versionOf(stats: readonly { mtimeMs: number; size: number }[]): string {
  return createHash('sha1')
    .update(stats.map(({ mtimeMs, size }) => `${mtimeMs} ${size}`).join('\n'))
    .digest('base64url')
    .slice(0, 12)
}
