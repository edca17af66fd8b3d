import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assembleRows } from '../../codec/parquet/assemble.ts'
import { PageBytes } from '../../codec/parquet/page-bytes.ts'
import type { StagedPages } from '../../codec/parquet/row-pages.ts'
import { leafColumns } from '../../codec/parquet/schema.ts'
import { decodeRow } from '../../codec/store-value.ts'
import { isObject } from '../../json/json.ts'
import type { RowPatch } from '../../rollout/claim-rows.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { linesIn } from './staged-lines.ts'

/** A line of a file. */
export type LinePlace = { offset: number; length: number }

/** A line that waits; `shown`: a 1 for each type it shows, where that is asked, else a 0. */
export type StagedLine = LinePlace & { shown?: string }

/** Some rows of a batch, one after the other, in the file where they wait: as pages of columns, or as lines of JSON. */
export type StagedPart = { file: string; rows: number; bytes: number } & ({ pages: StagedPages } | { lines: StagedLine[] })

/** What becomes of a staged row: it is taken as it is, left out, or some of its columns change. */
export type RowFate = 'keep' | 'drop' | RowPatch

/** The rows of a staged part, read when one is asked for. `types`: what they were written as; null: as they were. */
export class PartRows {
  private readonly part: StagedPart
  private readonly types: StoreTypes | null
  private readonly decoded = new Map<string, Row[]>()

  constructor(part: StagedPart, types: StoreTypes | null) {
    this.part = part
    this.types = types
  }

  /** The row of a number within the part as its fate says; null where it is left out. */
  settled(index: number, fate: RowFate): RolloutRow | null {
    if (fate === 'drop') return null
    return fate === 'keep' ? this.row(index) : { ...this.row(index), ...fate }
  }

  /** The row of a number within the part, or only some columns of it. */
  row(index: number, columns?: readonly string[]): RolloutRow {
    const { part, decoded } = this
    if ('lines' in part) return lineRow(part.file, part.lines[index]!, this.types)
    // Columns give all their rows or none.
    const key = columns?.join(' ') ?? '*'
    const rows = decoded.get(key) ?? rowsOfPages(part.file, part.pages, this.types!, columns)
    decoded.set(key, rows)
    return rows[index] as unknown as RolloutRow
  }
}

function lineRow(file: string, place: LinePlace, types: StoreTypes | null): RolloutRow {
  const row = JSON.parse(Buffer.concat([...linesIn({ file, ...place })]).toString('utf8'))
  if (!isObject(row)) throw new TypeError('A staged line is a row')
  return (types === null ? row : decodeRow(row, types)) as unknown as RolloutRow
}

function rowsOfPages(file: string, { pages, rows }: StagedPages, types: StoreTypes, columns?: readonly string[]): Row[] {
  const wanted = Object.fromEntries(Object.entries(types).filter(([column]) => columns?.includes(column) ?? true))
  const places = leafColumns(types).flatMap(({ path }, i) => (path[0]! in wanted ? [{ file, ...pages[i]! }] : []))
  using bytes = new PageBytes(places)
  const chunks = places.map(place => bytes.whole(place))
  return [...assembleRows(wanted, chunks, rows)]
}

/** What names of folders begin with in which rows wait. */
export const STAGING = '.staging-'

/** A folder of files of staged rows, each removed when nobody needs it any more. */
export class StagedFiles implements Disposable {
  private readonly folder: string
  private readonly holders = new Map<string, number>()
  private made = 0

  /** The folder is made below `parent`, on whose disk the rows are to be in the end. */
  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, STAGING))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A name for the next file. */
  next(): string {
    return join(this.folder, `rows-${++this.made}`)
  }

  hold(file: string): void {
    this.holders.set(file, (this.holders.get(file) ?? 0) + 1)
  }

  letGo(file: string): void {
    const left = (this.holders.get(file) ?? 1) - 1
    if (left > 0) this.holders.set(file, left)
    else {
      this.holders.delete(file)
      rmSync(file, { force: true })
    }
  }
}
