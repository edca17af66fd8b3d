import { breathe } from '../../breathe.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import { TracewrightError } from '../../errors.ts'
import { giveBackGarbage } from '../../give-back-garbage.ts'
import { copyPrintOf } from '../../rollout/conversation/copy-print.ts'
import { pieceCounts, printOf } from '../../rollout/conversation/fingerprint.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { UnitRef } from '../../rollout/find.ts'
import type { ParseOptions } from '../../rollout/format.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { States } from '../../rollout/log/resume.ts'
import type { Touched } from '../../rollout/log/source.ts'
import type { Take } from '../../rollout/log/unpack.ts'
import { passUnit } from '../../rollout/read.ts'
import { readAsDataDesigner } from '../../rollout/read-as-data-designer.ts'
import type { UnitResult } from '../../rollout/unit-result.ts'
import type { Outcome, Reject, Row } from '../../row.ts'
import { isOfTheSystem, systemReason } from '../../system-error.ts'
import { type StoredFacts, storedFactsOf } from '../facts.ts'
import { type RowStage, type StageShape, stageIn } from './row-stage.ts'
import type { StagedPart } from './staged-rows.ts'
import { StateFolder } from './state-folder.ts'

/** How units become staged rows; plain JSON, so that it can travel to a thread. */
export type StageOptions = {
  parse: ParseOptions
  compat: boolean
  recursive: boolean // of compat: whether index files are looked for below the root too
  store: string | null // folder of the store in which readings of growing logs leave what they know
  shape: StageShape
  facts: boolean // whether facts of rows are wanted: they are at hand here, and nobody has to read the rows again for them
}

/** A unit to be parsed. `resumeAs`: what it is known by to the next reading of it, where one is expected to go on from this one. */
export type UnitToStage = UnitRef & { resumeAs: string | null }

/** What is known of a row that waits in a staging file. */
export type StagedRow = {
  trace_id: string
  parent: string | null
  root: string | null // session at the root of the tree
  print: string // tells it from other rows of its id
  copies: string // tells what it shares with any other row
  content: string // hash of what is kept of it
  bytes: number
  pieces: number[] | null // of each message, as `pieceCounts` has it, where the row's id was claimed before
  facts: StoredFacts | null // where they are wanted
}

/** What came of a unit, without its rows. */
export type StagedUnit = {
  ledger: LedgerSummary
  rejects: Reject[]
  failed: boolean // it could not be read to its end
  bytesRead: number // from its files and those of others
  resumed: boolean // its log was read on from where an earlier reading ended
  rows: StagedRow[]
  changes: StoreChanges
  reads: string[] // files of others that were read to their end for this unit alone
  shared: string[] // files that were read to their end for this unit and others
  absent: string[] // paths that were looked for and not there
}

/** Parses the units of a batch and writes their rows, one after the other, to one file. */
export class Stager {
  private readonly rows: RowStage
  private readonly taken: Set<string>
  private readonly options: StageOptions

  /** `taken`: ids that rows have already. Who claims one again may have to give way or change, and stands alone. */
  constructor(path: string, options: StageOptions, taken: Set<string>) {
    this.taken = taken
    this.rows = stageIn(path, options.shape)
    this.options = options
  }

  /** Parse a unit. Never throws but where Data Designer's run would end, or a row cannot be written. */
  async stage(ref: UnitToStage): Promise<StagedUnit> {
    const rejects: Reject[] = []
    const rows: StagedRow[] = []
    const changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }
    let failure: unknown = null
    const resuming = this.resuming(ref)
    const readBefore = ref.source.counts.bytes
    const take = async (outcome: Outcome<RolloutRow>) => {
      await breathe()
      if (failure !== null) return
      if ('reject' in outcome) return void rejects.push(outcome.reject)
      try {
        const row = await this.write(outcome.row, changes)
        if (row !== null) rows.push(row)
        else rejects.push({ at: ref.unit.key, reason: `Cannot write row ${outcome.row.trace_id}: it is longer than a text can be` })
      } catch (error) {
        // A disk that is full is no fault of the log; a row that cannot be written costs itself.
        if (isOfTheSystem(error)) failure = error
        else rejects.push({ at: ref.unit.key, reason: `Cannot write row ${outcome.row.trace_id}: ${systemReason(error)}` })
      }
    }
    const { value, touched } = ref.source.watch(() => this.parse(ref, take, resuming.states))
    const { ledger, failed } = await value
    if (failure !== null) throw cannotWrite(failure)
    // What could not be gone on from shall not be tried again.
    if (failed && resuming.isResumed) resuming.forget()
    const own = new Set(ref.unit.files)
    const notOwn = (path: string) => !own.has(path)
    const { read, shared, absent } = flat(touched)
    return {
      ledger: rows.length === ledger.rows.length ? ledger : { ...ledger, rows: rows.map(row => row.trace_id) },
      rejects,
      failed,
      bytesRead: ref.source.counts.bytes - readBefore,
      resumed: resuming.isResumed,
      rows,
      changes,
      reads: [...read].filter(notOwn),
      shared: [...shared].filter(notOwn),
      absent: [...absent],
    }
  }

  /** Where the rows of all units stand, in their order. */
  async finish(): Promise<StagedPart[]> {
    try {
      return await this.rows.finish()
    } catch (error) {
      throw cannotWrite(error)
    }
  }

  [Symbol.dispose](): void {
    this.rows[Symbol.dispose]()
  }

  private async parse(
    ref: UnitToStage,
    take: (outcome: Outcome<RolloutRow>) => Promise<void>,
    states: States | null,
  ): Promise<Pick<UnitResult, 'ledger' | 'failed'>> {
    if (!this.options.compat) return passUnit(ref, this.options.parse, false, take, states)
    const { outcomes, ledger, failed } = await readAsDataDesigner(ref, this.options.recursive)
    for (const outcome of outcomes) await take(outcome)
    return { ledger, failed }
  }

  /** What earlier readings of a unit have left, and whether this one goes on from it. */
  private resuming({ resumeAs }: UnitToStage): { states: States | null; isResumed: boolean; forget(): void } {
    const { store } = this.options
    if (store === null || resumeAs === null) return { states: null, isResumed: false, forget: () => {} }
    const folder = new StateFolder(store)
    const states = folder.of(resumeAs)
    const resuming = { states: { ...states, load }, isResumed: false, forget: () => folder.forget(resumeAs) }
    function load<T>(path: string, read: (take: Take) => T): T | null {
      const value = states.load(path, read)
      resuming.isResumed = value !== null
      return value
    }
    return resuming
  }

  private async write(row: RolloutRow, changes: StoreChanges): Promise<StagedRow | null> {
    const alone = !this.options.compat && this.taken.has(row.trace_id)
    this.taken.add(row.trace_id)
    giveBackGarbage() // What a very long row was made of has been let go of, and it is about to be taken apart.
    // Of a very long row each of these takes as long as nobody should have to wait.
    await breathe()
    const print = this.options.compat ? '' : printOf(row)
    await breathe()
    const pieces = alone ? pieceCounts(row.messages) : null
    const copies = this.options.compat ? '' : copyPrintOf(row)
    await breathe()
    const facts = this.options.facts ? storedFactsOf(row as unknown as Row) : null
    const { trace_id, parent_trace_id: parent = null, root_session_id: root } = row
    const staged = await this.rows.add(row, changes, { alone })
    return staged === null ? null : { trace_id, parent, root, print, copies, ...staged, pieces, facts }
  }
}

function cannotWrite(cause: unknown): TracewrightError {
  return new TracewrightError('file', `Cannot write rows: ${systemReason(cause)}`, { cause })
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
