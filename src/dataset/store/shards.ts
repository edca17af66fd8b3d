import { renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreChanges } from '../../codec/store-value.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { StoredFacts } from '../facts.ts'
import { type PartSink, sinkOf } from '../stage/part-sink.ts'
import type { RowFate, StagedFiles, StagedPart } from '../stage/staged-rows.ts'
import { describedShard } from './facts-file.ts'
import { syncPath } from './files.ts'
import { formOf, type Manifest, type Shard } from './manifest.ts'

/** A shard is closed when its rows take this much before they are compressed: when one of them changes, it is written again. */
export const SHARD_BYTES = 64 << 20

/** A shard that is being filled, in a file that no reader looks at. */
export class OpenShard {
  /** Its name, once it is whole. */
  readonly file: string
  /** Size of what was taken, before it is compressed. */
  bytes = 0
  private readonly facts: StoredFacts[] = [] // of its rows
  private readonly folder: string
  private readonly growing: string
  private readonly sink: PartSink

  constructor(folder: string, manifest: Manifest, types: StoreTypes, staged: StagedFiles, changes: StoreChanges) {
    this.folder = folder
    this.file = shardName(manifest)
    this.growing = join(folder, 'rows', growingName(this.file))
    this.sink = sinkOf({ form: formOf(manifest), types }, this.growing, { staged, changes })
  }

  /** Take rows of a part over, each as its fate says; `facts` of those that are kept. */
  async take(part: StagedPart, fates: readonly RowFate[], facts: readonly StoredFacts[]): Promise<void> {
    await this.sink.take(part, fates)
    this.facts.push(...facts)
    this.bytes += part.bytes
  }

  /** Finish the shard; it has its name only when it is whole and on the disk. */
  async seal(): Promise<Shard> {
    await this.sink.close()
    return describedShard(this.folder, placed(this.folder, this.growing, this.file, this.facts.length), this.facts)
  }

  /** Leave nothing behind. */
  discard(): void {
    this.sink.abandon()
    rmSync(this.growing, { force: true })
  }
}

/** Name under which a shard grows. */
export function growingName(file: string): string {
  return `.${file}.rows`
}

/** Name of the next shard. */
export function shardName(manifest: Manifest): string {
  return `rows-${String(manifest.next++).padStart(6, '0')}.${manifest.codec}`
}

/** Give a file that is whole, and on the disk, its place among the shards. */
export function placed(folder: string, growing: string, file: string, rows: number): Shard {
  const path = join(folder, 'rows', file)
  renameSync(growing, path)
  syncPath(join(folder, 'rows'))
  return { file, rows, bytes: statSync(path).size }
}
