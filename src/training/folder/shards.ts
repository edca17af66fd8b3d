import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { parquet } from '../../codec/parquet.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { Float } from '../../json/number.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { Written } from '../conversation/json-line.ts'
import { JsonText, jsonLine } from '../conversation/json-line.ts'

/** How rows are written. */
export type ShardOptions = { codec: 'jsonl' | 'parquet'; types: StoreTypes; features: object; shardBytes?: number; hasFilePerRow?: boolean }

/** A shard ends behind the row that takes it over this. */
const SHARD_BYTES = 256_000_000

/** Writes the rows of one split into files of a size that can be handled, and beside them what is known of each row. */
export class SplitWriter {
  readonly name: string
  rows = 0
  private readonly folder: string
  private readonly options: ShardOptions
  private readonly manifest: WholeFile
  private readonly shards: string[] = []
  private open: {
    write(row: { [column: string]: Written }): Promise<number>
    close(): Promise<unknown>
    abort(): Promise<void> | void
  } | null = null
  private bytes = 0

  constructor(folder: string, name: string, options: ShardOptions) {
    this.folder = folder
    this.name = name
    this.options = options
    makeFolder(join(folder, 'data'))
    makeFolder(join(folder, 'manifest'))
    this.manifest = new WholeFile(join(folder, 'manifest', `${name}.jsonl`))
  }

  async write(row: { [column: string]: Written }, known: Written): Promise<void> {
    if (this.options.hasFilePerRow) this.writeFile(row)
    else {
      this.open ??= this.nextShard()
      this.bytes += await this.open.write(row)
    }
    this.manifest.write(`${jsonLine(known)}\n`)
    this.rows++
    if (this.open !== null && this.bytes >= (this.options.shardBytes ?? SHARD_BYTES)) await this.closeShard()
  }

  /** Finish; gives the files of the split below the folder. A split without rows has none. */
  async close(): Promise<string[]> {
    await this.closeShard()
    this.manifest.close()
    if (this.options.hasFilePerRow) return this.shards
    const of = String(this.shards.length).padStart(5, '0')
    return this.shards.map((path, i) => {
      const file = `data/${this.name}-${String(i).padStart(5, '0')}-of-${of}.${this.options.codec}`
      renameSync(path, join(this.folder, file))
      return file
    })
  }

  /** Leave nothing behind that could be taken for data. */
  async abort(): Promise<void> {
    await this.open?.abort()
    this.manifest.abort()
  }

  /** A row as a file of its own, named by its number and its session. */
  private writeFile({ lines }: { [column: string]: Written }): void {
    const [head] = lines as { id?: Written }[]
    const session = String(head?.id ?? '')
      .replace(/[^\w.-]+/g, '_')
      .slice(0, 80)
    const name = `data/${this.name}-${String(this.rows).padStart(6, '0')}-${session}.${this.options.codec}`
    const file = new WholeFile(join(this.folder, name))
    for (const line of lines as Written[]) file.write(`${jsonLine(line)}\n`)
    file.close()
    this.shards.push(name)
  }

  private nextShard(): NonNullable<SplitWriter['open']> {
    const path = join(this.folder, 'data', `.${this.name}-${this.shards.length}.part`)
    this.shards.push(path)
    this.bytes = 0
    const { codec, types, features } = this.options
    if (codec === 'parquet') {
      const writer = parquet.write(path, { types, metadata: { huggingface: JSON.stringify({ info: { features } }) } })
      return { write: row => writer.write(plainRow(row)), close: () => writer.close(), abort: () => writer.abort() }
    }
    const file = new WholeFile(path)
    return {
      write: async row => {
        const line = `${jsonLine(row)}\n`
        file.write(line)
        return line.length
      },
      close: async () => file.close(),
      abort: () => file.abort(),
    }
  }

  private async closeShard(): Promise<void> {
    await this.open?.close()
    this.open = null
  }
}

function plainRow(row: { [column: string]: Written }): Row {
  return plain(row) as Row
}

function plain(value: Written | undefined): unknown {
  if (value === undefined) return null
  if (value instanceof JsonText) return value.text
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || (value as unknown) instanceof Float) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}
