import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
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
  store: {
    /** Its folder. */
    folder: string
    /** What it holds. */
    manifest: Manifest
  } | null
  /** Whether a manifest names them, which names files of its own folder alone. */
  isNamed: boolean
  /** Whether names of its folders are columns (`year=2024`), as others write them. */
  isPartitioned: boolean
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
    isNamed: true,
    files: files(manifest.parts, null),
    artifacts: new Map(artifacts),
    counts: manifest.parts.map(({ rows }) => rows),
  }
}

const NOTHING_KNOWN = {
  isNamed: false,
  isPartitioned: false,
  types: null,
  counts: null,
  store: null,
  artifacts: new Map<string, string[]>(),
}

/** Throws where a file of a store or a run is a link to somewhere else: whoever reads it, or publishes it, means what is in the folder. */
function refuseOutside(folder: string, files: readonly string[]): void {
  const within = `${realpathSync(folder)}${sep}`
  const link = files.find(file => existsSync(file) && !realpathSync(file).startsWith(within))
  if (link === undefined) return
  const message = `Cannot open dataset '${folder}': its file '${relative(folder, link)}' is a link to '${realpathSync(link)}'`
  throw new TracewrightError('file', message, { hint: 'Put the file itself in its place, or read what it leads to by its own name' })
}

/** The files of a store, of a run, of a folder of Parquet files, or of one file. Throws where there are none. */
export function filesOf(path: string): DatasetFiles {
  const found = lookFor(path)
  const all = [...found.files, ...[...found.artifacts.values()].flat()]
  for (const file of all) refuseIrregular(file, 'open dataset')
  if (found.isNamed) refuseOutside(path, all)
  return found
}

const NAME_ONE = 'Name a store, a run or a file of rows; to make a store: tracewright ingest PATH -o DIR'

function lookFor(path: string): DatasetFiles {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined)
    throw new TracewrightError('file', `Cannot open dataset '${path}': there is no such file or folder`, { hint: NAME_ONE })
  if (!stats.isDirectory()) {
    codecFor(path)
    return { ...NOTHING_KNOWN, files: [path] }
  }
  const manifest = readManifest(path)
  if (manifest !== null)
    return {
      ...NOTHING_KNOWN,
      isNamed: true,
      files: manifest.shards.map(({ file }) => join(path, 'rows', file)),
      types: storeTypesOf(manifest.options),
      counts: manifest.shards.map(({ rows }) => rows),
      store: { folder: path, manifest },
    }
  const run = runFiles(path)
  if (run !== null) return run
  const files = globSync(['**/*.parquet'], { cwd: path, absolute: true }).sort()
  if (files.length > 0) return { ...NOTHING_KNOWN, files, isPartitioned: files.some(file => dirname(relative(path, file)).includes('=')) }
  throw new TracewrightError(
    'file',
    `Cannot open dataset '${path}': found no Parquet files in it, expected a store or a folder of .parquet files`,
    { hint: existsSync(join(path, 'rows')) ? 'Look whether the run that was to write it has finished' : NAME_ONE },
  )
}
