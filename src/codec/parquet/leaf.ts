import { compareCodePoints } from '../../python/text.ts'
import { Bytes } from './bytes.ts'
import { Levels } from './levels.ts'
import { RowHash } from './row-hash.ts'
import type { LeafColumn } from './schema.ts'

/** The smallest and the largest of some values, and how many places hold none. */
export type Statistics = { nulls: number; min: string | number | bigint | null; max: string | number | bigint | null }

/** Longer texts are no help in finding rows. */
const MAX_STATISTIC = 256

/** What a row has added to pages that were made before it ended. */
type PagesBefore = { levels: RowHash; runs: number; values: RowHash; bytes: number }

/** The values of one column that wait to become a page, and the levels that say where in the rows they stand. */
export class Leaf {
  readonly column: LeafColumn
  readonly levels = new Levels()
  readonly values = new Bytes()
  private readonly present: number
  private readonly hasStatistics: boolean
  private min: string | number | bigint | null = null
  private max: string | number | bigint | null = null
  private isTracked: boolean
  private nulls = 0
  private nullsOfRows = 0 // of rows that have ended
  private before: PagesBefore | null = null

  constructor(column: LeafColumn) {
    this.column = column
    this.present = column.maxDefinition
    this.hasStatistics = column.maxRepetition === 0 && (column.type === 'text' || column.type === 'integer')
    this.isTracked = this.hasStatistics
  }

  /** There is no value: `definition` levels above it are present. */
  absent(repetition: number, definition: number): void {
    this.nulls++
    this.levels.add(repetition, definition)
  }

  text(repetition: number, value: string): void {
    this.levels.add(repetition, this.present)
    this.values.text(value)
    if (this.isTracked) this.track(value)
  }

  integer(repetition: number, value: number | bigint): void {
    this.levels.add(repetition, this.present)
    this.values.integer(value)
    if (this.isTracked) this.track(value)
  }

  number(repetition: number, value: number): void {
    this.levels.add(repetition, this.present)
    this.values.number(value)
  }

  /** Values wait one to a byte and are packed when the page is made. */
  boolean(repetition: number, value: boolean): void {
    this.levels.add(repetition, this.present)
    this.values.byte(value ? 1 : 0)
  }

  /** A row ends here: what it added is hashed; gives how many bytes its values take. */
  endRow(hash: RowHash): number {
    const { before } = this
    this.before = null
    this.nullsOfRows = this.nulls
    if (before === null) {
      hash.number(this.levels.endRow(hash))
      return this.values.endRow(hash)
    }
    const runs = before.runs + this.levels.endRow(before.levels)
    const bytes = before.bytes + this.values.endRow(before.values)
    hash.append(before.levels)
    hash.number(runs)
    hash.append(before.values)
    return bytes
  }

  /** Begin anew within a row, the first one, for what it added so far has become a page: it is hashed, and forgotten. */
  startPage(): void {
    const before = (this.before ??= { levels: new RowHash(), runs: 0, values: new RowHash(), bytes: 0 })
    before.runs += this.levels.startPage(before.levels)
    before.bytes += this.values.endRow(before.values)
    this.values.clear()
    this.clearStatistics()
  }

  /** Forget what a row has added that has not ended; its values may stay within the bounds that statistics tell. */
  dropRow(): void {
    this.levels.dropRow()
    this.values.dropRow()
    this.nulls = this.nullsOfRows
    this.before = null
  }

  /** Of all values since the last page. */
  statistics(): Statistics {
    const isKnown = this.isTracked
    return { nulls: this.nulls, min: isKnown ? this.min : null, max: isKnown ? this.max : null }
  }

  clear(): void {
    this.levels.clear()
    this.values.clear()
    this.clearStatistics()
  }

  private clearStatistics(): void {
    this.isTracked = this.hasStatistics
    this.min = this.max = null
    this.nulls = this.nullsOfRows = 0
  }

  private track(value: string | number | bigint): void {
    if (typeof value === 'string' && value.length > MAX_STATISTIC) this.isTracked = false
    else {
      if (this.min === null || isBefore(value, this.min)) this.min = value
      if (this.max === null || isBefore(this.max, value)) this.max = value
    }
  }
}

/** The order of Parquet: of texts that of their bytes. */
export function isBefore(a: string | number | bigint, b: string | number | bigint): boolean {
  return typeof a === 'string' ? compareCodePoints(a, b as string) < 0 : a < (b as number | bigint)
}
