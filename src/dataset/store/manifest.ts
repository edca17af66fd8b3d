import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StageForm } from '../../codec/codec.ts'
import { stageFormOf } from '../../codec/codec-for.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import type { OwnNames } from '../../disk/overwrite.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { TrainableTwice } from '../../rollout/copies.ts'
import { STAGING } from '../stage/staged-rows.ts'
import type { StoreOptions } from './column-types.ts'
import { replaceFile } from './files.ts'

/** Codecs a store may be kept in: those that say how their rows are staged. */
export type StoreCodec = 'parquet' | 'jsonl'

/** A file of rows. */
export type Shard = {
  /** Name of the file. */
  file: string
  /** Number of rows. */
  rows: number
  /** Size in bytes. */
  bytes: number
  /** File below facts/ that says of each row what selectors and bills need. */
  facts?: string
}

/** What a store is, in one small file that is replaced whole: what it does not name is not there. */
export type Manifest = {
  /** Version of the store. */
  tracewright_store: 3
  /** Codec of its files. */
  codec: StoreCodec
  /** How its rows were made. */
  options: StoreOptions
  /** Below rows/, in the order of their rows. */
  shards: Shard[]
  /** Below index/; what stands in a later file counts. */
  index: string[]
  /** Number of the next file that is written. */
  next: number
  /** Responses that may be trained on in more than one row, when rows were last let in. */
  trainable_twice?: TrainableTwice
}

/** In which form rows wait for the shards of a store. */
export function formOf({ codec }: Manifest): StageForm {
  return stageFormOf(codec)!
}

/** How shards and index are written. Raised when this program cannot go on with older ones. */
const VERSION = 3

/** Older ones that it can go on with: what it writes then is of its own version. */
const READ: ReadonlySet<unknown> = new Set([2, VERSION])

/** Name of the file that says what a store is. */
export const MANIFEST = 'manifest.json'

/** What a store that nothing was committed to may have left, and names of the files in it: what bears other names is somebody else's. */
export const STORE_NAMES: OwnNames = {
  rows: /^(?:rows-\d{6}\.(?:parquet|jsonl)|\.rows-\d{6}\.(?:parquet|jsonl)\.rows)$/,
  facts: /^rows-\d{6}\.facts-\d+\.parquet(?:\.tmp)?$/,
  index: /^\d{6}\.jsonl(?:\.tmp)?$/,
  resume: /^[\w.-]+$/,
  [`${MANIFEST}.tmp`]: true,
}

/** The store in a folder, or null where there is none. Throws for a store of a later version. */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, MANIFEST)
  if (!existsSync(path)) return null
  const manifest = parseJson(readText(path))
  if (manifest === undefined) throw damaged(path, 'no JSON')
  if (!isObject(manifest) || !('tracewright_store' in manifest)) return null
  if (!READ.has(manifest['tracewright_store']))
    throw new TracewrightError('file', `Cannot read store: found version ${manifest['tracewright_store']}, expected ${VERSION}`, {
      where: path,
      hint: 'Ingest the logs into another folder; the Parquet files of this one can be read as they are',
    })
  const fault = faultOf(manifest)
  if (fault !== null) throw damaged(path, fault)
  return { ...(manifest as unknown as Manifest), tracewright_store: VERSION }
}

/** What is wrong with a manifest of this version, null where nothing is. Names are those of files right there: a store may be a stranger's. */
function faultOf({ codec, options, shards, index, next }: JsonObject): string | null {
  if (typeof codec !== 'string' || stageFormOf(codec) === null) return `codec ${JSON.stringify(codec)}`
  if (!isObject(options)) return 'no options'
  if (!Array.isArray(shards) || !Array.isArray(index)) return 'no lists of files'
  const bad = [...shards.flatMap(namesOf), ...index].find(name => !isFileName(name))
  if (bad !== undefined) return `the file name ${JSON.stringify(bad)}`
  const isCount = (value: Json | undefined) => Number.isSafeInteger(value) && (value as number) >= 0
  if (!shards.every(shard => isObject(shard) && isCount(shard['rows']) && isCount(shard['bytes']))) return 'a number of rows that is none'
  return isCount(next) ? null : 'no number for the next file'
}

function namesOf(shard: Json): (Json | undefined)[] {
  if (!isObject(shard)) return [shard]
  return 'facts' in shard ? [shard['file'], shard['facts']] : [shard['file']]
}

function isFileName(name: Json | undefined): boolean {
  return typeof name === 'string' && /^[\w-][\w.-]*$/.test(name)
}

function damaged(path: string, found: string): TracewrightError {
  return new TracewrightError('file', `Cannot read store: its manifest is damaged: found ${found}`, {
    where: path,
    hint: 'Take it from a copy of the store, or ingest the logs into another folder',
  })
}

/** Make a folder a store, or open the one it is. Throws where its rows were made in another way, or where it is something else. */
export function openManifest(folder: string, options: StoreOptions, codec: StoreCodec | null): Manifest {
  makeFolder(join(folder, 'rows'))
  makeFolder(join(folder, 'index'))
  const manifest = readManifest(folder)
  if (manifest === null) {
    if (existsSync(join(folder, MANIFEST)))
      throw new TracewrightError('usage', `Cannot write to '${folder}': its ${MANIFEST} is not that of a store of rows`)
    return { tracewright_store: VERSION, codec: codec ?? 'parquet', options, shards: [], index: [], next: 1 }
  }
  for (const [name, found, wanted] of [
    ['codec', manifest.codec, codec ?? manifest.codec],
    ...(['branches', 'context', 'compat'] as const).map(name => [name, manifest.options[name], options[name]] as const),
  ] as const)
    if (found !== wanted)
      throw new TracewrightError('usage', `Cannot add to store '${folder}': its rows were made with ${name} '${found}', not '${wanted}'`, {
        hint: 'Use the same option, or another folder',
      })
  return manifest
}

/** Put a new state in the place of the old one, then remove the files that only the old one named. */
export function commitManifest(folder: string, manifest: Manifest, unfinished: readonly string[]): void {
  replaceFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`)
  sweep(folder, manifest, unfinished)
}

/** Remove what a run that was cut short has left. Only the writer may, before it begins. */
export function sweepLeftovers(folder: string, manifest: Manifest): void {
  sweep(folder, manifest, [])
  for (const name of readdirSync(folder)) if (name.startsWith(STAGING)) rmSync(join(folder, name), { recursive: true, force: true })
}

function sweep(folder: string, manifest: Manifest, unfinished: readonly string[]): void {
  const named = new Set([...unfinished, ...manifest.shards.flatMap(({ file, facts }) => [file, facts]), ...manifest.index])
  for (const kind of ['rows', 'index', 'facts'])
    for (const name of kind === 'facts' && !existsSync(join(folder, kind)) ? [] : readdirSync(join(folder, kind)))
      if (!named.has(name) && (STORE_NAMES[kind] as RegExp).test(name)) rmSync(join(folder, kind, name), { recursive: true, force: true })
}
