import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assembleRows } from '../../codec/parquet/assemble.ts'
import { PageBytes } from '../../codec/parquet/page-bytes.ts'
import type { StagedPages } from '../../codec/parquet/row-pages.ts'
import { leafColumns } from '../../codec/parquet/schema.ts'
import { decodeRow } from '../../codec/store-value.ts'
import { readJson } from '../../json/exact.ts'
import { isObject } from '../../json/json.ts'
import type { RowPatch } from '../../rollout/claim-rows.ts'
import type { Message, RolloutRow } from '../../rollout/conversation/row.ts'
import { OUTLINE_TYPE } from '../../rollout/conversation/store-types.ts'
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
  private readonly decoded = new Map<string, Row[]>() // by column

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
    const types = this.types!
    if (columns === undefined) return this.rowsOf(part, ['*'], types)[index] as unknown as RolloutRow
    const asked = Object.keys(types).filter(column => columns.includes(column))
    const missing = asked.filter(column => !decoded.has(column))
    // What is asked for together is read together.
    if (missing.length > 0) this.rowsOf(part, missing, Object.fromEntries(missing.map(column => [column, types[column]!])))
    return Object.fromEntries(asked.map(column => [column, decoded.get(column)![index]![column]!])) as unknown as RolloutRow
  }

  /** The messages of the row of a number within the part, without their words where those would have to be read apart. */
  outline(index: number): readonly Message[] {
    const { part } = this
    if ('lines' in part) return this.row(index).messages
    return this.rowsOf(part, ['messages, outlined'], { messages: OUTLINE_TYPE })[index]!['messages'] as unknown as Message[]
  }

  /** Columns give all their rows or none: what was read of them is kept. */
  private rowsOf(part: { file: string; pages: StagedPages }, keys: readonly string[], wanted: StoreTypes): Row[] {
    const rows = this.decoded.get(keys[0]!) ?? rowsOfPages(part.file, part.pages, this.types!, wanted)
    for (const key of keys) this.decoded.set(key, rows)
    return rows
  }
}

function lineRow(file: string, place: LinePlace, types: StoreTypes | null): RolloutRow {
  const row = readJson(Buffer.concat([...linesIn({ file, ...place })]).toString('utf8'))
  if (!isObject(row)) throw new TypeError('A staged line is a row')
  return (types === null ? row : decodeRow(row, types)) as unknown as RolloutRow
}

/** The rows of some pages in the shape of `wanted`, which may leave out columns, and keys within them. */
function rowsOfPages(file: string, { pages, rows }: StagedPages, types: StoreTypes, wanted: StoreTypes): Row[] {
  const placeOf = new Map(leafColumns(types).map(({ path }, i) => [path.join('\0'), { file, ...pages[i]! }]))
  const places = leafColumns(wanted).map(({ path }) => placeOf.get(path.join('\0'))!)
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
