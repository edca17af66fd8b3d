import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import type { LedgerSummary } from '../rollout/ledger.ts'
import { EXIT } from './exit.ts'
import { bytes, count, counted } from './print.ts'
import { ProgressLine } from './progress.ts'
import { type ReadFlags, readOptionsFrom, withReadOptions } from './read-options.ts'

type IngestFlags = ReadFlags & { output?: string; report?: string; strict?: boolean; quiet?: boolean }

/** `tracewright ingest`: agent logs to rows. */
export function ingest(): Command {
  return withReadOptions(new Command('ingest'))
    .summary('agent logs to rows')
    .description(
      'Turn agent logs into rows, one per session: JSON Lines on stdout, or a file with -o.\n' +
        'PATH is a folder or one file; without it, the agent’s usual folder is read.\n' +
        'Every record of every file is accounted for; the balance is on stderr and in --report.',
    )
    .argument('[path]', 'folder or file')
    .option('-o, --output <file>', 'write to FILE.jsonl or FILE.parquet')
    .option('--report <file>', 'write the ledger of every unit as JSON')
    .option('--strict', `exit with ${EXIT.strict} where anything could not be read or was of an unknown kind`)
    .option('-q, --quiet', 'no progress and no summary')
    .action(async (path: string | undefined, flags: IngestFlags) => {
      process.exitCode = await ingestRows(path, flags)
    })
}

async function ingestRows(path: string | undefined, flags: IngestFlags): Promise<number> {
  const { openRollouts } = await import('../rollout/read.ts')
  const { openWriter } = await import('./row-output.ts')
  const { addLedger, emptyTotals, reportOf } = await import('../rollout/report.ts')
  const rollouts = await openRollouts(readOptionsFrom(path, flags))
  const writer = await openWriter(flags.output ?? null)
  const progress = new ProgressLine('Reading', 'logs', { quiet: flags.quiet === true })
  const totals = emptyTotals()
  const ledgers: LedgerSummary[] = []
  const rejects: { at: string; reason: string }[] = []
  const startedAt = performance.now()
  let done = 0
  try {
    for (const ref of rollouts.units) {
      const { outcomes, ledger } = await rollouts.read(ref)
      for (const outcome of outcomes) {
        if ('row' in outcome) await writer.write(outcome.row)
        else rejects.push(outcome.reject)
      }
      addLedger(totals, ledger)
      if (flags.report) ledgers.push(ledger)
      progress.update({ done: ++done, total: rollouts.units.length, bytes: totals.bytes })
    }
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  } finally {
    progress.stop()
    rollouts.close()
  }
  if (flags.report) writeFileSync(flags.report, `${JSON.stringify(reportOf(ledgers, totals, rollouts.skipped, rejects), null, 2)}\n`)
  if (!flags.quiet)
    summarise({ totals, rejects, skipped: rollouts.skipped, seconds: (performance.now() - startedAt) / 1000, output: flags.output ?? null })
  if (flags.strict && (totals.unparsed > 0 || Object.keys(totals.drift).length > 0)) return EXIT.strict
  return totals.rows === 0 ? EXIT.failed : EXIT.done
}

type Summary = {
  totals: import('../rollout/report.ts').Totals
  rejects: { at: string; reason: string }[]
  skipped: { path: string; reason: string }[]
  seconds: number
  output: string | null
}

function summarise({ totals, rejects, skipped, seconds, output }: Summary): void {
  const lines = [
    `${counted(totals.rows, 'row')} from ${counted(totals.units, 'log')}, ${bytes(totals.bytes)} in ${seconds.toFixed(1)} s${output === null ? '' : ` → ${output}`}`,
  ]
  const { emitted, merged, metadata, replay, abandoned, noise, unparsed } = totals
  const shares = Object.entries({ emitted, merged, metadata, replay, abandoned, noise, unparsed }).filter(([, n]) => n > 0)
  lines.push(`${counted(totals.records, 'record')}: ${shares.map(([bucket, n]) => `${count(n)} ${bucket}`).join(', ')}`)
  const reasons = (kind: string, items: readonly { reason: string }[]) => {
    if (items.length === 0) return
    const byReason = Map.groupBy(items, item => generalised(item.reason))
    const shown = [...byReason].sort((a, b) => b[1].length - a[1].length).slice(0, 5)
    lines.push(`${kind}: ${count(items.length)}`, ...shown.map(([reason, same]) => `  ${count(same.length)} × ${reason}`))
  }
  reasons('Rejected', rejects)
  reasons('Skipped files', skipped)
  for (const place of totals.damage.slice(0, 3)) lines.push(`  unreadable: ${place}`)
  const drift = Object.entries(totals.drift).slice(0, 5)
  if (drift.length > 0) lines.push(`Unknown record types, kept as metadata: ${drift.map(([type, n]) => `${type} (${n})`).join(', ')}`)
  console.error(lines.join('\n'))
}

/** Reasons differ by the file they name; people want to see the kinds. */
function generalised(reason: string): string {
  return reason.replace(/ (?:in|file) \S+[/.]\S+/g, '').slice(0, 160)
}
