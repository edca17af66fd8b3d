import { statSync } from 'node:fs'
import { join } from 'node:path'
import { TypeInference } from '../../codec/infer-types.ts'
import { parquet } from '../../codec/parquet.ts'
import { storedTypesOf } from '../../codec/stored-types.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { writeJson } from '../../json/exact.ts'
import { aboutLength } from '../../json/text-length.ts'
import { ROLLOUT_STORE_TYPES } from '../../rollout/conversation/store-types.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { RunPart } from './manifest.ts'

/** Rows of one part, and the types their columns have by then. */
export type Collected = { rows: readonly Row[]; types: StoreTypes }

/** A part is closed when it holds this much text, however few rows these are. */
const PART_CHARACTERS = 48 << 20

/** Collects rows and writes them as Parquet parts. Rows are safe when `write` has returned and the manifest names their part. */
export class RunParts {
  private readonly folder: string
  private readonly partRows: number
  private readonly inference: TypeInference
  private readonly writtenAs = new Map<string, string>() // types of the parts of this session, as JSON
  private rows: Row[] = []
  private characters = 0

  /** `learnt`: what earlier parts showed of the columns' types. Those of rows from agent logs are known beforehand. */
  constructor(folder: string, options: { partRows: number; fromRollouts: boolean; learnt: StoreTypes }) {
    this.folder = folder
    this.partRows = options.partRows
    this.inference = new TypeInference(options.learnt, options.fromRollouts ? ROLLOUT_STORE_TYPES : {})
  }

  /** What is known of the types, so that others can go on from it. */
  get learnt(): StoreTypes {
    return this.inference.shown()
  }

  /** Whether it is time to write what was collected. */
  get isFull(): boolean {
    return this.rows.length >= this.partRows || this.characters >= PART_CHARACTERS
  }

  /** Add a row. */
  add(row: Row): void {
    this.inference.observe(row)
    this.rows.push(row)
    this.characters += aboutLength(row)
  }

  /** Take away what was collected, to write it. */
  take(): Collected {
    const collected = { rows: this.rows, types: this.inference.types() }
    this.rows = []
    this.characters = 0
    return collected
  }

  /** Write rows as part `number`; null where there are none. */
  async write(collected: Collected, number: number): Promise<RunPart | null> {
    if (collected.rows.length === 0) return null
    const file = `part-${String(number).padStart(5, '0')}.parquet`
    const path = join(this.folder, file)
    makeFolder(this.folder)
    const writer = parquet.write(path, { types: collected.types })
    for (const row of collected.rows) await writer.write(row)
    this.writtenAs.set(file, writeJson(collected.types))
    return { file, rows: await writer.close(), bytes: statSync(path).size }
  }

  /** Bring parts whose types were narrower to the types all rows need, so that the parts can be read as one table. */
  async align(parts: readonly RunPart[]): Promise<void> {
    const types = this.inference.types()
    for (const part of parts) {
      const path = join(this.folder, part.file)
      const writtenAs = this.writtenAs.get(part.file) ?? writeJson(await storedTypesOf(path))
      if (writtenAs === writeJson(types)) continue
      const writer = parquet.write(path, { types })
      for await (const row of parquet.read(path)) await writer.write(row)
      await writer.close()
      part.bytes = statSync(path).size
    }
  }
}
