import { existsSync } from 'node:fs'
import type { StoreIngestResult } from '../../dataset/store/ingest-options.ts'
import { isStream, refuseOverwrite } from '../../disk/overwrite.ts'
import { readText } from '../../disk/read-file.ts'
import { writeAside } from '../../disk/write-aside.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import { addLedger, emptyTotals, reportOf, type Totals } from '../../rollout/report.ts'
import type { Reject } from '../../row.ts'
import { EXIT } from '../terminal/exit.ts'
import { ProgressLine } from '../terminal/progress.ts'
import { sayAside } from '../terminal/say.ts'
import type { IngestFlags } from './ingest-flags.ts'
import { summaryOf } from './ingest-summary.ts'

/** What was read so far, for the summary and the report. */
export class Balance {
  readonly totals: Totals = emptyTotals()
  readonly rejects: Reject[] = []
  leftOut = 0 // rows that were not selected
  private readonly ledgers: LedgerSummary[] = []
  private readonly flags: BalanceFlags
  private readonly path: string | null
  private readonly startedAt = performance.now()
  private readonly progress: ProgressLine

  /** `path`: of the logs; null: at their usual places. */
  constructor(flags: BalanceFlags, path: string | null = null) {
    this.flags = flags
    this.path = path
    this.progress = new ProgressLine('Reading', 'logs', { quiet: flags.quiet === true })
  }

  add(ledger: LedgerSummary, rejects: readonly Reject[], progress: { done: number; total: number }): void {
    addLedger(this.totals, ledger)
    for (const reject of rejects) this.rejects.push(reject)
    if (this.flags.report) this.ledgers.push(ledger)
    this.progress.update({ ...progress, bytes: this.totals.bytes })
  }

  [Symbol.dispose](): void {
    this.progress[Symbol.dispose]()
  }

  /** Tell how it went and give the exit code. */
  finish(skipped: Skipped[], store: StoreIngestResult | null): number {
    const { flags, totals, rejects } = this
    if (flags.report) {
      const report = {
        ...reportOf(this.ledgers, totals, skipped, rejects),
        ...(store === null ? {} : { store: { ...store, skipped: undefined } }),
      }
      writeAside(flags.report, Buffer.from(`${JSON.stringify(report, null, 2)}\n`))
    }
    const seconds = (performance.now() - this.startedAt) / 1000
    const { leftOut, path } = this
    if (!flags.quiet) sayAside(summaryOf({ totals, rejects, skipped, seconds, output: flags.output ?? null, store, leftOut, path }))
    if (store?.interrupted) return EXIT.interrupted
    if (flags.strict && isShort(totals, skipped)) return EXIT.strict
    return (store?.rows ?? totals.rows) === 0 ? EXIT.failed : EXIT.done
  }
}

type BalanceFlags = Pick<IngestFlags, 'quiet' | 'report' | 'output' | 'strict'>

/** A report takes the place of an earlier one, and of nothing else. */
export function refuseOtherReport({ report, force }: Pick<IngestFlags, 'report' | 'force'>): void {
  if (report === undefined || !existsSync(report) || isStream(report) || readText(report).startsWith('{\n  "units": ')) return
  refuseOverwrite(report, force)
}

/** Whether something was there that could not be read, or nobody has described. */
function isShort(totals: Totals, skipped: readonly Skipped[]): boolean {
  return totals.unparsed > 0 || Object.keys(totals.drift).length > 0 || skipped.some(({ isLoud }) => isLoud)
}
