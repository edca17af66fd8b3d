import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { WriteOptions } from '../codec/codec.ts'
import { isStream, refuseOverwrite } from '../disk/overwrite.ts'
import { TracewrightError } from '../errors.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import type { TrainableTwice } from '../rollout/copies.ts'
import type { LedgerSummary } from '../rollout/log/ledger.ts'
import type { Skipped } from '../rollout/log/source.ts'
import { READ_OPTIONS, type ReadOptions } from '../rollout/read.ts'
import type { Reject } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { type Selectors, selects } from './selectors.ts'
import { openOutput, type RowOutput } from './stage/file-output.ts'
import { readInParallel } from './stage/read-in-parallel.ts'
import { StagedFiles } from './stage/staged-rows.ts'
import { storeTypesOf } from './store/column-types.ts'

/** Which logs go into a file, and how. */
export type FileIngestOptions = ReadOptions &
  Pick<WriteOptions, 'guardsFormulas' | 'nested'> & {
    /** The file; its ending names its codec. It has its name only when it is whole. */
    output: string
    /** Threads that parse. Default: one per core, one for little. */
    workers?: number
    /** Write over a file that is there. */
    force?: boolean
    /** Which sessions to take; the others are read and left out. Default: all. */
    select?: Selectors
    /** Called when a unit is done, in the order of the logs. */
    onUnit?: OnUnit
  }

const FILE_OPTIONS: Known<FileIngestOptions> = {
  ...READ_OPTIONS,
  guardsFormulas: true,
  nested: true,
  output: true,
  workers: true,
  force: true,
  select: true,
  onUnit: true,
}

/** Hears what became of a unit, and how many are done. */
export type OnUnit = (ledger: LedgerSummary, rejects: Reject[], progress: UnitProgress) => void

/** How far an ingest is. */
export type UnitProgress = {
  /** Units that are done. */
  done: number
  /** Units there are. */
  total: number
}

/** What an ingest into a file did. */
export type FileIngestResult = {
  /** Logs that were read. */
  units: number
  /** Rows that were written. */
  rows: number
  /** Rows that were not selected. */
  leftOut: number
  /** Things that gave no row. */
  rejects: number
  /** Files that matched and are no logs, each with the reason. */
  skipped: Skipped[]
  /** Responses that may be trained on in more than one row. */
  trainableTwice: TrainableTwice
}

/** Turn logs into the rows of one file, on several threads, in the order of the logs. Throws where there is nothing to read. */
export async function ingestToFile(options: FileIngestOptions): Promise<FileIngestResult> {
  refuseUnknownOptions(options, FILE_OPTIONS, 'ingestToFile')
  const { output, guardsFormulas = false, nested = false, force = false } = options
  refuseOverwrite(output, force)
  using files = stagedIn(isStream(output) ? tmpdir() : dirname(resolve(output)), output)
  const types = storeTypesOf({ branches: 'active', context: 'recorded', compat: options.compat ?? null })
  return await ingestInto(await openOutput(output, types, files, { guardsFormulas, nested }), files, options)
}

/** The same, to wherever rows go. */
export async function ingestInto(
  { shape, sink }: RowOutput,
  files: StagedFiles,
  { onUnit, select = {}, ...options }: Omit<FileIngestOptions, 'output'>,
): Promise<FileIngestResult> {
  const done = { units: 0, rows: 0, rejects: 0 }
  const selection = selects(select) ? (await import('./stage/select-staged.ts')).selectionOf(select, shape) : null
  try {
    const read = await readInParallel({ ...options, files, shape })
    for await (const batch of read.batches) {
      for (const file of batch.files) files.hold(file)
      for (const { part, fates } of batch.parts) await sink.take(part, selection?.fates(part, fates) ?? fates)
      for (const file of batch.files) files.letGo(file)
      for (const { ledger, rejects } of batch.units) {
        done.units++
        done.rows += ledger.rows.length
        done.rejects += rejects.length
        onUnit?.(ledger, rejects, { done: done.units, total: read.total })
      }
    }
    await sink.close()
    const leftOut = selection?.leftOut ?? 0
    return { ...done, rows: done.rows - leftOut, leftOut, skipped: read.skipped, trainableTwice: read.trainableTwice }
  } catch (error) {
    sink.abandon()
    throw error
  }
}

/** Files in which rows wait, in a folder. Throws, in words about the output, where none can be made. */
export function stagedIn(folder: string, output: string): StagedFiles {
  try {
    return new StagedFiles(folder)
  } catch (error) {
    throw new TracewrightError('file', `Cannot write '${output}': ${systemReason(error)}`, { cause: error })
  }
}
