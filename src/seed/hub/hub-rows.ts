import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { RowFile } from '../../codec/codec.ts'
import { named, openApart } from '../../codec/duckdb.ts'
import { openParquetFiles, openRowFiles } from '../../codec/rows-by-number.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { TracewrightError } from '../../errors.ts'
import { FarParquet } from './far-parquet.ts'
import type { HubClient, HubFile } from './hub-client.ts'

/**
 * Rows of files of the hub by number. Of Parquet only what is read is fetched; other files say nothing of where rows stand, so they come
 * whole, as a stream, into a folder for temporary files. `columns`: only these; null: all.
 */
export async function openHubRows(client: HubClient, files: readonly HubFile[], columns: readonly string[] | null): Promise<RowFile> {
  if (files.every(({ path }) => /\.parquet$/i.test(path))) return openParquet(client, files, columns)
  if (columns !== null)
    throw new TracewrightError('config', `Cannot take columns of '${client.place}': only files of Parquet have columns to take`, {
      where: 'seed_config.source',
    })
  const copies = await downloaded(client, files)
  try {
    const rows = await openRowFiles(copies.paths)
    return closing(rows, copies.remove)
  } catch (error) {
    copies.remove()
    throw error
  }
}

/** The files, whole, as files of this machine, until they are removed. */
export async function downloaded(client: HubClient, files: readonly HubFile[]): Promise<{ paths: string[]; remove(): void }> {
  const folder = scratch()
  const paths: string[] = []
  try {
    for (const file of files) {
      const path = placeIn(folder, file)
      await pipeline(client.read(file), createWriteStream(path))
      paths.push(path)
    }
    return { paths, remove: () => removeScratch(folder) }
  } catch (error) {
    removeScratch(folder)
    throw error
  }
}

async function openParquet(client: HubClient, files: readonly HubFile[], columns: readonly string[] | null): Promise<RowFile> {
  const folder = scratch()
  const opened = new Map<string, FarParquet>()
  const close = () => {
    for (const file of opened.values()) file[Symbol.dispose]()
    removeScratch(folder)
  }
  const database = await openApart({ memoryMB: 256, threads: 1 })
  try {
    using _database = database
    for (let at = 0; at < files.length; at += AT_ONCE)
      await Promise.all(
        files.slice(at, at + AT_ONCE).map(async file => {
          const path = placeIn(folder, file)
          const far = { size: file.size, read: (from: number, to: number) => client.read(file, from, to) as AsyncIterable<Buffer> }
          opened.set(path, await FarParquet.open(path, far, { database, columns, where: `${client.place}: ${file.path}` }))
        }),
      )
    const rows = await openParquetFiles(
      [...files].map(file => placeIn(folder, file)),
      {
        ready: (path, start, count) => opened.get(path)!.ready(start, count),
        ...(columns === null ? {} : { select: columns.map(named).join(', ') }),
      },
    )
    const unknown = columns?.find(column => !rows.columns.includes(column))
    if (unknown !== undefined) {
      rows.close()
      throw new TracewrightError('seed', `Cannot read seed '${client.place}': it has no column '${unknown}'`, {
        hint: `It has: ${rows.columns.join(', ')}`,
      })
    }
    return { ...closing(rows, close), columns: columns ?? rows.columns }
  } catch (error) {
    close()
    throw error
  }
}

const AT_ONCE = 8

function closing(rows: RowFile, close: () => void): RowFile {
  return {
    columns: rows.columns,
    size: rows.size,
    read: index => rows.read(index),
    expect: share => rows.expect?.(share),
    close: () => {
      rows.close()
      close()
    },
  }
}

function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'tracewright-hub-'))
}

function removeScratch(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Where a file is put: a repository's words lead nowhere else. */
function placeIn(folder: string, { path }: HubFile): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.' && part !== '..')
  const place = join(folder, ...parts.map(part => part.replace(/[\\:\0]/g, '_')))
  makeFolder(dirname(place))
  return place
}
