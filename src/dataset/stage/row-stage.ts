import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { RowPages } from '../../codec/parquet/row-pages.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import { TypeEvidence } from '../../codec/type-evidence.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { PageFile } from './page-file.ts'
import { linePieces } from './row-line.ts'
import type { LinePlace, StagedPart } from './staged-rows.ts'

/** What is known of a row that was staged. */
export type StagedFacts = { bytes: number; content: string }

/** Rows that wait for each other in memory before they become pages take this much, but for one that is larger. */
const PART_BYTES = 4 << 20

const PART_ROWS = 2048

/** Writes rows to a file where they wait until it is known what becomes of them. */
export interface RowStage {
  /**
   * Add a row; gives its size and a hash of all that is kept of it. Null: it is longer than a text can be, and was not added.
   * Rows that stand alone, in a part of their own, can be read and changed without the others. Nobody may need the row behind this: what
   * it holds is let go as it is written.
   */
  add(row: RolloutRow, changes: StoreChanges, how?: { alone: boolean }): Promise<StagedFacts | null>
  /** Where the rows stand: no more will come. */
  finish(): Promise<StagedPart[]>
  /** Let go of the file. */
  [Symbol.dispose](): void
}

/**
 * In which form rows wait: as pages of columns for Parquet, as lines of JSON for everything else; lines without types are rows as they are.
 * `showsTypes`: it is noted of each line which types it shows, for lines that show them to stand first.
 */
export type StageShape = { form: 'pages'; types: StoreTypes } | { form: 'lines'; types: StoreTypes | null; showsTypes?: boolean }

/** A stage that writes to a file, from its start. */
export function stageIn(file: string, shape: StageShape): RowStage {
  return shape.form === 'pages' ? new PageStage(file, shape.types) : new LineStage(file, shape)
}

class PageStage implements RowStage {
  private readonly file: PageFile
  private readonly pages: RowPages
  private readonly parts: StagedPart[] = []

  constructor(path: string, types: StoreTypes) {
    this.file = new PageFile(path)
    this.pages = new RowPages(types)
  }

  async add(row: RolloutRow, changes: StoreChanges, { alone } = { alone: false }): Promise<StagedFacts | null> {
    const characters = charactersIn(row)
    if (characters > constants.MAX_STRING_LENGTH) return null
    if (alone || this.pages.bytes + characters > PART_BYTES) await this.flush()
    const facts = await this.pages.add(row as unknown as Row, changes, { letsGo: true, write: pieces => this.file.append(pieces) })
    if (alone || this.pages.bytes > PART_BYTES || this.pages.rows >= PART_ROWS) await this.flush()
    return facts
  }

  async finish(): Promise<StagedPart[]> {
    await this.flush()
    return this.parts
  }

  [Symbol.dispose](): void {
    this.file.close()
  }

  private async flush(): Promise<void> {
    if (this.pages.rows === 0) return
    const { bytes } = this.pages
    const pages = await this.file.write(this.pages)
    this.parts.push({ file: this.file.path, rows: pages.rows, bytes, pages })
  }
}

class LineStage implements RowStage {
  private readonly path: string
  private readonly file: number
  private readonly types: StoreTypes | null
  private readonly lines: LinePlace[] = []
  private readonly evidence: TypeEvidence | null
  private size = 0

  constructor(path: string, { types, showsTypes = false }: { types: StoreTypes | null; showsTypes?: boolean }) {
    this.path = path
    this.file = openSync(path, 'w')
    this.types = types
    this.evidence = showsTypes && types !== null ? new TypeEvidence(types) : null
  }

  async add(row: RolloutRow, changes: StoreChanges): Promise<StagedFacts | null> {
    const content = createHash('sha1')
    let length = 0
    const { evidence } = this
    const shows = evidence === null ? null : { evidence, shown: new Uint8Array(evidence.size) }
    for (const piece of linePieces(row, this.types, changes, shows)) {
      const bytes = Buffer.from(piece)
      content.update(bytes)
      writeAll(this.file, bytes, this.size + length)
      length += bytes.length
    }
    // What was written of a row that is too long is written over.
    if (length > constants.MAX_STRING_LENGTH) return null
    this.lines.push({ offset: this.size, length, ...(shows === null ? {} : { shown: shows.shown.join('') }) })
    this.size += length
    return { bytes: length, content: content.digest('base64') }
  }

  async finish(): Promise<StagedPart[]> {
    const { path, lines, size } = this
    return lines.length === 0 ? [] : [{ file: path, rows: lines.length, bytes: size, lines }]
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }
}

/** About how long the texts of a row are, in all. */
function charactersIn({ messages }: RolloutRow): number {
  let characters = 0
  for (const { content, reasoning_content, tool_calls } of messages) {
    for (const block of content) characters += charactersOf(block)
    if (reasoning_content !== undefined) characters += reasoning_content.length
    if (tool_calls !== undefined) for (const call of tool_calls) characters += call.function.arguments.length
  }
  return characters
}

function charactersOf(value: Json): number {
  if (typeof value === 'string') return value.length
  let characters = 0
  if (typeof value === 'object') for (const key in value) characters += charactersOf((value as JsonObject)[key]!)
  return characters
}
