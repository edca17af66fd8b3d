import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { encodeValue, type StoreChanges } from '../codec/store-value.ts'
import { TracewrightError } from '../errors.ts'
import { readAsDataDesigner } from '../rollout/data-designer/read-unit.ts'
import type { UnitRef } from '../rollout/find.ts'
import type { ParseOptions } from '../rollout/format.ts'
import type { LedgerSummary } from '../rollout/ledger.ts'
import { passUnit } from '../rollout/read.ts'
import type { RolloutRow } from '../rollout/row.ts'
import type { Touched } from '../rollout/source.ts'
import { printOf } from '../rollout/trace-ids.ts'
import type { Outcome, Reject, Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { systemReason } from '../system-error.ts'

/** How units become staged rows; plain JSON, so that it can travel to a thread. */
export type StageOptions = {
  parse: ParseOptions
  compat: boolean
  recursive: boolean // of compat: whether index files are looked for below the root too
  types: StoreTypes | null // null: rows are written as they are
}

/** A row that waits in a staging file as a line of JSON. */
export type StagedRow = {
  trace_id: string
  parent: string | null
  root: string | null // session at the root of the tree
  print: string // tells it from other rows of its id
  content: string // hash of the line
  offset: number
  length: number // bytes, with the line end
}

/** What came of a unit, without its rows. */
export type StagedUnit = {
  ledger: LedgerSummary
  rejects: Reject[]
  rows: StagedRow[]
  changes: StoreChanges
  reads: string[] // files of others that were read to their end for this unit alone
  shared: string[] // files that were read to their end for this unit and others
  absent: string[] // paths that were looked for and not there
}

/** Parses units and writes their rows, as lines of JSON, to one file. */
export class Stager {
  private readonly file: number
  private readonly options: StageOptions
  private size = 0

  constructor(path: string, options: StageOptions) {
    this.file = openSync(path, 'w')
    this.options = options
  }

  /** Parse a unit. Never throws but where Data Designer's run would end, or a row cannot be written. */
  async stage(ref: UnitRef): Promise<StagedUnit> {
    const rejects: Reject[] = []
    const rows: StagedRow[] = []
    const changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }
    let failure: unknown = null
    const take = (outcome: Outcome<RolloutRow>) => {
      if (failure !== null) return
      if ('reject' in outcome) rejects.push(outcome.reject)
      else {
        try {
          const row = this.write(outcome.row, changes)
          if (row === null)
            rejects.push({ at: ref.unit.key, reason: `Cannot write row ${outcome.row.trace_id}: it is longer than a text can be` })
          else rows.push(row)
        } catch (error) {
          failure = error // a disk that is full is no fault of the log
        }
      }
    }
    const { value, touched } = ref.source.watch(() => this.parse(ref, take))
    const ledger = await value
    if (failure !== null) throw new TracewrightError('file', `Cannot write rows: ${systemReason(failure)}`, { cause: failure })
    const own = new Set(ref.unit.files)
    const notOwn = (path: string) => !own.has(path)
    const { read, shared, absent } = flat(touched)
    return {
      ledger: rows.length === ledger.rows.length ? ledger : { ...ledger, rows: rows.map(row => row.trace_id) },
      rejects,
      rows,
      changes,
      reads: [...read].filter(notOwn),
      shared: [...shared].filter(notOwn),
      absent: [...absent],
    }
  }

  close(): void {
    closeSync(this.file)
  }

  private async parse(ref: UnitRef, take: (outcome: Outcome<RolloutRow>) => void): Promise<LedgerSummary> {
    if (!this.options.compat) return (await passUnit(ref, this.options.parse, false, take)).ledger
    const { outcomes, ledger } = await readAsDataDesigner(ref, this.options.recursive)
    outcomes.forEach(take)
    return ledger
  }

  /** Write a row piece by piece: a text of the whole would take as much memory again. Null where it is longer than a text can be. */
  private write(row: RolloutRow, changes: StoreChanges): StagedRow | null {
    const offset = this.size
    const content = createHash('sha1')
    let length = 0
    for (const piece of piecesOf(row, this.options.types, changes)) {
      const bytes = Buffer.from(piece)
      content.update(bytes)
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, offset + length + at)
      length += bytes.length
    }
    if (length > constants.MAX_STRING_LENGTH) return null
    this.size += length
    return {
      trace_id: row.trace_id,
      parent: row.parent_trace_id ?? null,
      root: row.root_session_id,
      print: this.options.compat ? '' : printOf(row),
      content: content.digest('base64'),
      offset,
      length,
    }
  }
}

/** A row as a line of JSON, in the shape its types say. */
export function lineOf(row: RolloutRow, types: StoreTypes | null, changes: StoreChanges): Buffer {
  return Buffer.concat([...piecesOf(row, types, changes)].map(piece => Buffer.from(piece)))
}

const PIECE_CHARACTERS = 1 << 20

/** The text of a row's line in pieces of some size; only single elements of its lists are ever whole. */
function* piecesOf(row: RolloutRow, types: StoreTypes | null, changes: StoreChanges): Iterable<string> {
  let piece = ''
  let before = '{'
  const record = row as unknown as Row
  for (const column of Object.keys(types ?? row)) {
    const value = record[column] ?? null
    const type = types?.[column]
    piece += `${before}${JSON.stringify(column)}:`
    before = ','
    const itemType = type === undefined ? undefined : typeof type === 'object' && 'list' in type ? type.list : null
    if (!Array.isArray(value) || itemType === null) piece += JSON.stringify(type === undefined ? value : encodeValue(value, type, changes))
    else {
      let open = '['
      for (const item of value) {
        piece += open + JSON.stringify(itemType === undefined ? item : encodeValue(item, itemType, changes))
        open = ','
        if (piece.length < PIECE_CHARACTERS) continue
        yield piece
        piece = ''
      }
      piece += open === '[' ? '[]' : ']'
    }
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield `${piece}}\n`
}

function flat(touched: Touched): { read: Set<string>; shared: Set<string>; absent: Set<string> } {
  const shared = new Set<string>()
  const pending = [...touched.shared]
  const seen = new Set(pending)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const path of next.read) shared.add(path)
    for (const inner of next.shared)
      if (!seen.has(inner)) {
        seen.add(inner)
        pending.push(inner)
      }
  }
  return { read: touched.read, shared, absent: touched.absent }
}
