import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { codecFor } from '../codec/codec-for.ts'
import { refuseIrregular } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import type { StoreTypes } from '../store-type.ts'
import { RunFolder } from './run/folder.ts'
import type { RunPart } from './run/manifest.ts'
import { storeTypesOf } from './store/column-types.ts'
import { type Manifest, readManifest } from './store/manifest.ts'

/** Files that hold the rows of a dataset, in order; types of the columns and numbers of rows where the dataset says them; the store it is. */
export type DatasetFiles = {
  /** Files, root-relative. */
  files: string[]
  /** Types of the columns. */
  types: StoreTypes | null
  /** Rows of each file; null: not known. */
  counts: number[] | null
  /** The store, where it is one. */
  store: { folder: string; manifest: Manifest } | null
  /** Files of tables beside the rows, by their names: what processors of a run made. */
  artifacts: ReadonlyMap<string, string[]>
}

/** The parts of a run that its manifest names; null for a folder that is none. */
function runFiles(path: string): DatasetFiles | null {
  if (!RunFolder.isRun(path)) return null
  const folder = new RunFolder(path)
  const manifest = folder.readManifest()!
  const files = (parts: readonly RunPart[], processor: string | null) => parts.map(({ file }) => join(folder.parts(processor), file))
  const artifacts = Object.entries(manifest.artifacts).map(([name, { parts }]) => [name, files(parts, name)] as const)
  return {
    ...NOTHING_KNOWN,
    files: files(manifest.parts, null),
    artifacts: new Map(artifacts),
    counts: manifest.parts.map(({ rows }) => rows),
  }
}

const NOTHING_KNOWN = { types: null, counts: null, store: null, artifacts: new Map<string, string[]>() }

/** The files of a store, of a run, of a folder of Parquet files, or of one file. Throws where there are none. */
export function filesOf(path: string): DatasetFiles {
  const found = lookFor(path)
  for (const file of [...found.files, ...[...found.artifacts.values()].flat()]) refuseIrregular(file, 'open dataset')
  return found
}

function lookFor(path: string): DatasetFiles {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new TracewrightError('file', `Cannot open dataset '${path}': there is no such file or folder`)
  if (!stats.isDirectory()) {
    codecFor(path)
    return { ...NOTHING_KNOWN, files: [path] }
  }
  const manifest = readManifest(path)
  if (manifest !== null)
    return {
      ...NOTHING_KNOWN,
      files: manifest.shards.map(({ file }) => join(path, 'rows', file)),
      types: storeTypesOf(manifest.options),
      counts: manifest.shards.map(({ rows }) => rows),
      store: { folder: path, manifest },
    }
  const run = runFiles(path)
  if (run !== null) return run
  const files = globSync(['**/*.parquet'], { cwd: path, absolute: true }).sort()
  if (files.length > 0) return { ...NOTHING_KNOWN, files }
  throw new TracewrightError(
    'file',
    `Cannot open dataset '${path}': found no Parquet files in it, expected a store or a folder of .parquet files`,
    existsSync(join(path, 'rows')) ? { hint: 'Look whether the run that was to write it has finished' } : {},
  )
}
