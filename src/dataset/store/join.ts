import { fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf } from '../../codec/jsonl.ts'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { MAX_GROUP_BYTES, MAX_GROUP_ROWS, ParquetFileWriter } from '../../codec/parquet/file-writer.ts'
import type { RowGroup } from '../../codec/parquet/footer.ts'
import { RowPages } from '../../codec/parquet/row-pages.ts'
import { closingFile } from '../../disk/closing-file.ts'
import { writeAll } from '../../disk/write-all.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { readJson, writeJson } from '../../json/exact.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { formOf, type Manifest, type Shard } from './manifest.ts'
import { growingName, placed, shardName } from './shards.ts'

/** Another name for rows, by trace id; null: they are taken out. */
export type Renames = ReadonlyMap<string, string | null>

/** Make one shard of several; null where nothing is left. */
export async function joinShards(
  folder: string,
  manifest: Manifest,
  shards: readonly Shard[],
  renames: Renames,
  types: StoreTypes,
): Promise<Shard | null> {
  const file = shardName(manifest)
  const growing = join(folder, 'rows', growingName(file))
  const paths = shards.map(shard => join(folder, 'rows', shard.file))
  const joined = { pages: joinPages, lines: joinLines }[formOf(manifest)]
  const rows = await joined(paths, growing, types, renames)
  if (rows > 0) return placed(folder, growing, file, rows)
  rmSync(growing, { force: true })
  return null
}

/** Row groups in which nothing changes are copied as they are, but for small ones, which become part of larger ones. */
async function joinPages(paths: readonly string[], target: string, types: StoreTypes, renames: Renames): Promise<number> {
  const writer = new ParquetFileWriter(target, types)
  const pages = new RowPages(types)
  try {
    for (const path of paths) await joinFile(path, paths.length > 1, writer, pages, renames)
    await writer.writePages(pages)
    return writer.close()
  } finally {
    writer.abort()
  }
}

async function joinFile(path: string, isOneOfMany: boolean, writer: ParquetFileWriter, pages: RowPages, renames: Renames): Promise<void> {
  const reader = new ParquetFileReader(path)
  const changes = { replacedSurrogates: 0, mistyped: 0 } // what is stored already needs none
  try {
    using _reader = reader
    for (const group of reader.groups) {
      const isTouched = renames.size > 0 && reader.values(group, 'trace_id').some(id => renames.has(String(id)))
      if (!isTouched && (!isOneOfMany || isLarge(group))) {
        await writer.writePages(pages)
        writer.copyGroup(path, group)
        continue
      }
      for (const row of reader.rows(group)) {
        const kept = renamed(row, renames)
        if (kept !== null) await pages.add(kept, changes)
        if (pages.rows >= MAX_GROUP_ROWS || pages.bytes >= MAX_GROUP_BYTES) await writer.writePages(pages)
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error
    throw new TracewrightError('file', `Cannot read rows that are to be written again: ${messageOf(error)}`, {
      where: path,
      hint: 'The file is damaged: ingest into another folder while the logs are there',
      cause: error,
    })
  }
}

function isLarge({ rows, chunks }: RowGroup): boolean {
  return rows >= MAX_GROUP_ROWS / 4 || chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0) >= MAX_GROUP_BYTES / 4
}

function renamed(row: Row, renames: Renames): Row | null {
  const id = renames.get(String(row['trace_id']))
  return id === undefined ? row : id === null ? null : { ...row, trace_id: id }
}

async function joinLines(paths: readonly string[], target: string, _types: StoreTypes, renames: Renames): Promise<number> {
  const output = openSync(target, 'w')
  let rows = 0
  {
    using _output = closingFile(output)
    for (const path of paths)
      for await (const line of linesOf(path)) {
        const row = readJson(line) as Row
        const kept = renamed(row, renames)
        if (kept === null) continue
        writeAll(output, Buffer.from(`${kept === row ? line : writeJson(kept)}\n`))
        rows++
      }
    fsyncSync(output)
  }
  return rows
}
