import { join } from 'node:path'
import type { Entry } from './entries.ts'
import { replaceFile } from './files.ts'
import { entriesIn, segmentOf } from './index-segment.ts'
import type { Manifest } from './manifest.ts'

/** All entries of a store, by id. */
export function readIndex(folder: string, manifest: Manifest): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const file of manifest.index) for (const [id, entry] of entriesIn(join(folder, 'index', file))) entries.set(id, entry)
  return entries
}

/** Write changed entries beside the others, or where those lie in too many files, all of them in one; gives the names of all index files that count then. */
export function writeIndex(
  folder: string,
  manifest: Manifest,
  changed: ReadonlyMap<string, Entry>,
  all: () => ReadonlyMap<string, Entry>,
): string[] {
  if (changed.size === 0) return manifest.index
  const whole = manifest.index.length >= MAX_SEGMENTS
  const name = `${String(manifest.next++).padStart(6, '0')}.jsonl`
  replaceFile(join(folder, 'index', name), segmentOf([...(whole ? all() : changed).values()]))
  return whole ? [name] : [...manifest.index, name]
}

/** Segments are joined to one when there are more. */
const MAX_SEGMENTS = 16
