import { Command } from 'commander'
import type { PreviewResults } from '../../pipeline/results/preview-results.ts'
import { visibleLine } from '../../visible.ts'
import { wholeNumber } from '../options/amounts.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags, withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { type ReplyFlags, repliesPathFor, withReplyOptions } from '../options/reply-options.ts'
import { type RunConfigFlag, runConfigFrom, withRunConfigOption } from '../options/run-config-flag.ts'
import { EXIT } from '../terminal/exit.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { count, counted } from '../terminal/print.ts'
import { ProgressLine } from '../terminal/progress.ts'
import { sayAside, sayJson } from '../terminal/say.ts'
import { browseRecords, keysOf } from './browse-records.ts'
import { commandLine } from './command-line.ts'

/** `tracewright preview`: a few rows of a pipeline, shown. */
export function preview(): Command {
  return withReplyOptions(withRunConfigOption(withToolOption(withProviderOptions(new Command('preview')))))
    .summary('run a config over a row or a few, and show them')
    .description(
      'Run a config over the first row, in memory, and show the record: only as many logs are read as are needed, and no other row is paid\n' +
        'for. On a terminal n shows the next record, p the one before, q quits. -n makes several at once; --json prints them.',
    )
    .argument('<config>', 'YAML or JSON in Data Designer’s schema, or a TypeScript or JavaScript module')
    .option('-n, --num-records <n>', `rows to make (default: 1; with --json ${JSON_ROWS})`, wholeNumber)
    .option('--index <n>', 'which record to begin with, from 0', wholeNumber)
    .option('--seed <n>', 'of all random choices; the same seed gives the same rows', wholeNumber)
    .option('--json', 'print every row as a line of JSON')
    .option('--functions <file>', 'module with the functions that custom columns name')
    .action(async (path: string, flags: PreviewFlags, command: Command) => {
      process.exitCode = await previewRows(path, flags, command)
    })
}

type PreviewFlags = { numRecords?: number; index?: number; seed?: number; json?: boolean; functions?: string } & ProviderFlags &
  ToolFlags &
  RunConfigFlag &
  ReplyFlags

/** Rows that `--json` prints where nobody says how many. */
const JSON_ROWS = 10

async function previewRows(path: string, flags: PreviewFlags, command: Command): Promise<number> {
  const { DataDesigner } = await import('../../pipeline/data-designer.ts')
  const { modelProviders, mcpProviders, managedAssetsPath, defaults, extensions } = await settingsFrom(flags)
  const builder = await loadWithFunctions(path, flags, { modelProviders, mcpProviders, defaults, extensions })
  const runConfig = await runConfigFrom(flags)
  const { numRecords = flags.json ? JSON_ROWS : 1, index = 0 } = flags
  const repliesPath = repliesPathFor(builder, flags)
  using signals = interruptible()
  const { signal } = signals
  let { seed } = flags
  const make = async (skip: number, wanted: number): Promise<PreviewResults> => {
    using progress = new ProgressLine('Previewing', 'rows')
    const results = await new DataDesigner({
      modelProviders,
      mcpProviders,
      managedAssetsPath,
      compat: flags.compat ?? null,
      ...runConfig,
      ...(seed === undefined ? {} : { seed }),
    }).preview(builder, {
      numRecords: wanted,
      skip,
      repeatSeed: flags.compat !== undefined,
      signal,
      ...(repliesPath === null ? {} : { repliesPath }),
      onRow: ({ drawn, finished, failed }) =>
        progress.update({
          done: finished + failed,
          total: Math.max(drawn, wanted, finished + failed),
          ...(failed === 0 ? {} : { note: `${failed} failed` }),
        }),
    })
    seed = results.seed // further records are of the same run
    return results
  }
  const results = await make(index, numRecords)
  for (const warning of results.warnings) sayAside(`warning: ${warning}`)
  if (flags.json) for (const row of results.dataset) sayJson(row)
  else for (const at of results.dataset.keys()) results.displaySampleRecord({ index: at })
  sayAside(await summaryOf(results))
  if (results.dataset.length === 0 && results.failures.every(({ row }) => row === null)) sayAside(NOTHING_THERE)
  if (flags.json) return results.dataset.length === 0 ? EXIT.failed : EXIT.done
  const next = index + numRecords
  if (process.stdin.isTTY && process.stdout.isTTY) await browse(next - 1, at => make(at, 1))
  else if (results.dataset.length + results.failures.length >= numRecords)
    sayAside(`Next record: ${commandLine(command, { index: next, seed: results.seed, numRecords: null })}`)
  return results.dataset.length === 0 ? EXIT.failed : EXIT.done
}

const NOTHING_THERE = 'There is no such record: the seed has fewer rows'

/** Records one by one as a person asks for them, the one that is shown already first. */
async function browse(first: number, make: (index: number) => Promise<PreviewResults>): Promise<void> {
  let isShown = true
  process.stdin.setRawMode(true)
  try {
    await browseRecords(
      first,
      keysOf(process.stdin),
      async index => {
        if (isShown) {
          isShown = false
          return true
        }
        const results = await make(index)
        if (results.dataset.length > 0) results.displaySampleRecord()
        else if (results.failures.length === 0) return false
        sayAside(await summaryOf(results))
        return true
      },
      sayAside,
    )
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }
}

async function summaryOf(results: PreviewResults): Promise<string> {
  const { skippedLines } = await import('./create-summary.ts')
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
    lines.push(`  ${count(same.length)} × ${visibleLine(reason)}`)
  return [...lines, ...skippedLines(results.skipped)].join('\n')
}
