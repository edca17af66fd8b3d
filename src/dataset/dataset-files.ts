import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { codecFor } from '../codec/codec-for.ts'
import { TracewrightError } from '../errors.ts'
import type { StoreTypes } from '../store-type.ts'
import { storeTypesOf } from './store/column-types.ts'
import { type Manifest, readManifest } from './store/manifest.ts'

/** Files that hold the rows of a dataset, in order; types of the columns and numbers of rows where the dataset says them; the store it is. */
export type DatasetFiles = {
  files: string[]
  types: StoreTypes | null
  counts: number[] | null
  store: { folder: string; manifest: Manifest } | null
}

/** The files of a store, of a folder of Parquet files, or of one file. Throws where there are none. */
export function filesOf(path: string): DatasetFiles {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new TracewrightError('file', `Cannot open dataset '${path}': there is no such file or folder`)
  if (!stats.isDirectory()) {
    codecFor(path)
    return { files: [path], types: null, counts: null, store: null }
  }
  const manifest = readManifest(path)
  if (manifest !== null)
    return {
      files: manifest.shards.map(({ file }) => join(path, 'rows', file)),
      types: storeTypesOf(manifest.options),
      counts: manifest.shards.map(({ rows }) => rows),
      store: { folder: path, manifest },
    }
  const files = globSync(['**/*.parquet'], { cwd: path, absolute: true }).sort()
  if (files.length > 0) return { files, types: null, counts: null, store: null }
  throw new TracewrightError(
    'file',
    `Cannot open dataset '${path}': found no Parquet files in it, expected a store or a folder of .parquet files`,
    existsSync(join(path, 'rows')) ? { hint: 'Look whether the run that was to write it has finished' } : {},
  )
}
