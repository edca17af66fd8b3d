import { Command, InvalidArgumentError } from 'commander'
import { writeJson } from '../json/exact.ts'
import { EXIT } from './exit.ts'
import { interruptible } from './interruptible.ts'
import { loadWithFunctions } from './load-functions.ts'
import { count, counted } from './print.ts'
import { ProgressLine } from './progress.ts'
import { type ProviderFlags, providersFrom, withProviderOptions } from './provider-options.ts'
import { type ReplyFlags, repliesPathFor, withReplyOptions } from './reply-options.ts'

type PreviewFlags = { numRecords: number; seed?: number; json?: boolean; functions?: string } & ProviderFlags & ReplyFlags

/** `tracewright preview`: a few rows of a pipeline, shown. */
export function preview(): Command {
  return withReplyOptions(withProviderOptions(new Command('preview')))
    .summary('run a config over a few rows and show a record')
    .description(
      'Run a config over a few rows, in memory: only as many logs are read as are needed. Shows a record, or prints all rows with --json.',
    )
    .argument('<config>', 'YAML or JSON in Data Designer’s schema, or a TypeScript or JavaScript module')
    .option('-n, --num-records <n>', 'rows to draw from the seed', wholeNumber, 10)
    .option('--seed <n>', 'of all random choices; the same seed gives the same rows', wholeNumber)
    .option('--json', 'print every row as a line of JSON')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .action(async (path: string, flags: PreviewFlags) => {
      process.exitCode = await previewRows(path, flags)
    })
}

async function previewRows(path: string, flags: PreviewFlags): Promise<number> {
  const { DataDesigner } = await import('../pipeline/data-designer.ts')
  const builder = await loadWithFunctions(path, flags.functions ?? null)
  const repliesPath = repliesPathFor(builder, flags)
  const progress = new ProgressLine('Previewing', 'rows')
  const { signal, release } = interruptible()
  try {
    const results = await new DataDesigner({
      modelProviders: await providersFrom(flags),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    }).preview(builder, {
      numRecords: flags.numRecords,
      signal,
      ...(repliesPath === null ? {} : { repliesPath }),
      onRow: ({ drawn, finished, failed }) =>
        progress.update({
          done: finished + failed,
          total: Math.max(drawn, flags.numRecords, finished + failed),
          ...(failed === 0 ? {} : { note: `${failed} failed` }),
        }),
    })
    progress.stop()
    for (const warning of results.warnings) console.error(`warning: ${warning}`)
    if (flags.json) for (const row of results.dataset) process.stdout.write(`${writeJson(row)}\n`)
    else if (results.dataset.length > 0) results.displaySampleRecord()
    console.error(summaryOf(results))
    return results.dataset.length === 0 ? EXIT.failed : EXIT.done
  } finally {
    progress.stop()
    release()
  }
}

function summaryOf(results: import('../pipeline/preview-results.ts').PreviewResults): string {
  const lines = [`${counted(results.dataset.length, 'row')}, ${counted(results.failures.length, 'failure')}, seed ${results.seed}`]
  for (const [alias, usage] of Object.entries(results.usage)) {
    const tokens = `${count(usage.input_tokens)} tokens in, ${count(usage.output_tokens)} out${usage.estimated ? ' (estimated)' : ''}`
    lines.push(
      `${alias}: ${counted(usage.succeeded, 'call')}, ${tokens}${results.standIns.includes(alias) ? ' (the stand-in, which is no model)' : ''}`,
    )
  }
  const byReason = Map.groupBy(
    results.failures,
    failure => `${failure.column === null ? '' : `column '${failure.column}': `}${failure.reason}`,
  )
  for (const [reason, same] of [...byReason].sort((a, b) => b[1].length - a[1].length).slice(0, 5))
    lines.push(`  ${count(same.length)} × ${reason}`)
  return lines.join('\n')
}

/** A whole number of the command line. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.')
  return value
}
