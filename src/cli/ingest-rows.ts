import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { selects } from '../dataset/select.ts'
import { readInParallel } from '../dataset/stage/read-in-parallel.ts'
import { StagedFiles } from '../dataset/stage/staged-rows.ts'
import { storeTypesOf } from '../dataset/store/column-types.ts'
import { ingestToStore, type StoreIngestResult } from '../dataset/store/ingest.ts'
import { watchRoots } from '../dataset/store/watch.ts'
import { isStream, refuseOverwrite } from '../disk/overwrite.ts'
import { TracewrightError } from '../errors.ts'
import type { LedgerSummary } from '../rollout/log/ledger.ts'
import type { Skipped } from '../rollout/log/source.ts'
import type { ReadOptions } from '../rollout/read.ts'
import { addLedger, emptyTotals, reportOf, type Totals } from '../rollout/report.ts'
import type { Reject } from '../row.ts'
import { refreshIfSearched } from '../search/segments.ts'
import { systemReason } from '../system-error.ts'
import { EXIT } from './exit.ts'
import type { IngestFlags } from './ingest-flags.ts'
import { summaryOf } from './ingest-summary.ts'
import { interruptible } from './interruptible.ts'
import { bytes, counted } from './print.ts'
import { ProgressLine } from './progress.ts'
import { openOutput } from './row-output.ts'
import { sayAside } from './say.ts'
import { selectorsFrom } from './select-options.ts'
import { selectionOf } from './select-staged.ts'

/** What was read so far, for the summary and the report. */
class Balance {
  readonly totals: Totals = emptyTotals()
  readonly rejects: Reject[] = []
  leftOut = 0 // rows that were not selected
  private readonly ledgers: LedgerSummary[] = []
  private readonly flags: IngestFlags
  private readonly startedAt = performance.now()
  private readonly progress: ProgressLine

  constructor(flags: IngestFlags) {
    this.flags = flags
    this.progress = new ProgressLine('Reading', 'logs', { quiet: flags.quiet === true })
  }

  add(ledger: LedgerSummary, rejects: readonly Reject[], progress: { done: number; total: number }): void {
    addLedger(this.totals, ledger)
    this.rejects.push(...rejects)
    if (this.flags.report) this.ledgers.push(ledger)
    this.progress.update({ ...progress, bytes: this.totals.bytes })
  }

  stop(): void {
    this.progress.stop()
  }

  /** Tell how it went and give the exit code. */
  finish(skipped: Skipped[], store: StoreIngestResult | null): number {
    const { flags, totals, rejects } = this
    if (flags.report) {
      const report = {
        ...reportOf(this.ledgers, totals, skipped, rejects),
        ...(store === null ? {} : { store: { ...store, skipped: undefined } }),
      }
      writeFileSync(flags.report, `${JSON.stringify(report, null, 2)}\n`)
    }
    const seconds = (performance.now() - this.startedAt) / 1000
    if (!flags.quiet) sayAside(summaryOf({ totals, rejects, skipped, seconds, output: flags.output ?? null, store, leftOut: this.leftOut }))
    if (store?.interrupted) return EXIT.interrupted
    if (flags.strict && isShort(totals, skipped)) return EXIT.strict
    return (store?.rows ?? totals.rows) === 0 ? EXIT.failed : EXIT.done
  }
}

/** A report takes the place of an earlier one, and of nothing else. */
function refuseOtherReport({ report, force }: IngestFlags): void {
  if (report === undefined || !existsSync(report) || isStream(report) || readFileSync(report, 'utf8').startsWith('{\n  "units": ')) return
  refuseOverwrite(report, force)
}

/** Whether something was there that could not be read, or nobody has described. */
function isShort(totals: Totals, skipped: readonly Skipped[]): boolean {
  return totals.unparsed > 0 || Object.keys(totals.drift).length > 0 || skipped.some(({ isLoud }) => isLoud)
}

/** Rows to stdout or one file, in the order of the logs. */
export async function ingestToFile(options: ReadOptions, flags: IngestFlags): Promise<number> {
  if (flags.output !== undefined) refuseOverwrite(flags.output, flags.force)
  refuseOtherReport(flags)
  const folder = flags.output === undefined || isStream(flags.output) ? tmpdir() : dirname(resolve(flags.output))
  const workers = flags.workers === undefined ? {} : { workers: flags.workers }
  using files = stagedIn(folder, flags.output)
  const types = storeTypesOf({ branches: 'active', context: 'recorded', compat: options.compat ?? null })
  const writing = { guardsFormulas: flags.guardFormulas ?? false, nested: flags.nested ?? false }
  const { shape, sink } = await openOutput(flags.output ?? null, types, files, writing)
  const balance = new Balance(flags)
  const selection = selectionOf(flags, shape)
  let skipped: Skipped[]
  try {
    const read = await readInParallel({ ...options, files, shape, ...workers })
    for await (const batch of read.batches) {
      for (const file of batch.files) files.hold(file)
      for (const { part, fates } of batch.parts) await sink.take(part, selection?.fates(part, fates) ?? fates)
      for (const file of batch.files) files.letGo(file)
      for (const { ledger, rejects } of batch.units) balance.add(ledger, rejects, { done: balance.totals.units + 1, total: read.total })
    }
    await sink.close()
    balance.totals.trainable_twice = read.trainableTwice
    skipped = read.skipped
  } catch (error) {
    sink.abandon()
    throw error
  } finally {
    balance.stop()
  }
  balance.leftOut = selection?.leftOut ?? 0
  return balance.finish(skipped, null)
}

function stagedIn(folder: string, output: string | undefined): StagedFiles {
  try {
    return new StagedFiles(folder)
  } catch (error) {
    throw new TracewrightError('file', `Cannot write '${output ?? folder}': ${systemReason(error)}`, { cause: error })
  }
}

/** Rows into a store; with --watch again and again, as logs grow. */
export async function ingestIntoStore(options: ReadOptions, flags: IngestFlags): Promise<number> {
  if (selects(selectorsFrom(flags)))
    throw new TracewrightError('usage', `Cannot select sessions for the store '${flags.output}': a store takes whole logs`, {
      hint: 'Select when you read it: query, export, show, search and cost take the same options',
    })
  const { signal, release } = interruptible()
  const { workers, codec } = flags
  refuseOtherReport(flags)
  const told = new Set<string>()
  const isNews = ({ path, reason }: Skipped) => told.size < told.add(`${path}\n${reason}`).size
  const all = emptyTotals()
  const once = async () => {
    const balance = new Balance(flags)
    const given = { ...(workers === undefined ? {} : { workers }), ...(codec === undefined ? {} : { codec }) }
    try {
      const onUnit = balance.add.bind(balance)
      const result = await ingestToStore({ ...options, folder: flags.output!, force: flags.force ?? false, signal, onUnit, ...given })
      await refreshIfSearched(flags.output!)
      balance.totals.trainable_twice = result.trainableTwice
      balance.stop()
      for (const key of ['rows', 'units', 'bytes'] as const) all[key] += balance.totals[key]
      return { result, code: balance.finish(result.skipped.filter(isNews), result) }
    } finally {
      balance.stop()
    }
  }
  try {
    let { result, code } = await once()
    if (!flags.watch) return code
    flags.quiet ||= false
    for await (const _ of watchRoots(result.roots, signal)) ({ result, code } = await once())
    if (!flags.quiet)
      sayAside(
        `Watched until stopped: read ${counted(all.units, 'log')}, ${bytes(all.bytes)}; the store has ${counted(result.rows, 'row')}`,
      )
    return EXIT.done
  } finally {
    release()
  }
}
