import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf } from '../codec/jsonl.ts'
import { copyLinesToParquet, copyParquet } from '../codec/parquet.ts'
import type { StoreTypes } from '../store-type.ts'
import { syncPath } from './store-files.ts'
import { linesIn } from './store-lines.ts'
import type { Manifest, Shard } from './store-manifest.ts'

/** A shard is closed when its rows take this much as JSON: small enough to be made, and made again, in little memory. */
export const SHARD_BYTES = 32 << 20

/** A shard that is being filled: lines of JSON, in a file that no reader looks at. */
export class OpenShard {
  readonly file: string
  bytes = 0
  rows = 0
  private longest = 0
  private readonly folder: string
  private readonly staged: string
  private readonly output: number
  private readonly codec: Manifest['codec']
  private readonly types: StoreTypes

  constructor(folder: string, manifest: Manifest, types: StoreTypes) {
    this.folder = folder
    this.codec = manifest.codec
    this.types = types
    this.file = shardName(manifest)
    this.staged = join(folder, 'rows', `.${this.file}.rows`)
    this.output = openSync(this.staged, 'w')
  }

  /** Take lines over from another file. */
  append(source: string, offset: number, length: number, rows: number): void {
    for (const piece of linesIn({ file: source, offset, length }))
      for (let written = 0; written < piece.length; ) written += writeSync(this.output, piece, written)
    this.count(length, rows)
  }

  /** Take a line. */
  write(line: Buffer): void {
    for (let written = 0; written < line.length; ) written += writeSync(this.output, line, written)
    this.count(line.length, 1)
  }

  /** Finish the shard; it has its name only when it is whole and on the disk. */
  async seal(): Promise<Shard> {
    closeSync(this.output)
    const target = join(this.folder, 'rows', this.file)
    if (this.codec === 'parquet') {
      await copyLinesToParquet(this.staged, `${target}.tmp`, this.types, this.longest)
      rmSync(this.staged)
    } else renameSync(this.staged, `${target}.tmp`)
    return place(this.folder, this.file, this.rows)
  }

  /** Leave nothing behind. */
  discard(): void {
    closeSync(this.output)
    rmSync(this.staged, { force: true })
  }

  private count(bytes: number, rows: number): void {
    this.bytes += bytes
    this.rows += rows
    this.longest = Math.max(this.longest, bytes)
  }
}

/** Make one shard of several; null where nothing is left. `renames` gives rows another trace id, or takes them out with null. */
export async function joinShards(
  folder: string,
  manifest: Manifest,
  shards: readonly Shard[],
  renames: ReadonlyMap<string, string | null>,
  types: StoreTypes,
): Promise<Shard | null> {
  const file = shardName(manifest)
  const target = join(folder, 'rows', `${file}.tmp`)
  const paths = shards.map(shard => join(folder, 'rows', shard.file))
  const rows = manifest.codec === 'parquet' ? await copyParquet(paths, target, types, renames) : await copyLines(paths, target, renames)
  if (rows > 0) return place(folder, file, rows)
  rmSync(target, { force: true })
  return null
}

async function copyLines(paths: readonly string[], target: string, renames: ReadonlyMap<string, string | null>): Promise<number> {
  const output = openSync(target, 'w')
  let rows = 0
  try {
    for (const path of paths)
      for await (const line of linesOf(path)) {
        const row = JSON.parse(line) as { trace_id: string }
        const id = renames.get(row.trace_id)
        if (id === null) continue
        const bytes = Buffer.from(`${id === undefined ? line : JSON.stringify({ ...row, trace_id: id })}\n`)
        for (let written = 0; written < bytes.length; ) written += writeSync(output, bytes, written)
        rows++
      }
  } finally {
    closeSync(output)
  }
  return rows
}

function place(folder: string, file: string, rows: number): Shard {
  const path = join(folder, 'rows', file)
  syncPath(`${path}.tmp`)
  renameSync(`${path}.tmp`, path)
  syncPath(join(folder, 'rows'))
  return { file, rows, bytes: statSync(path).size }
}

function shardName(manifest: Manifest): string {
  return `rows-${String(manifest.next++).padStart(6, '0')}.${manifest.codec}`
}
