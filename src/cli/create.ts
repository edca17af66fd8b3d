import { basename, join } from 'node:path'
import { Command } from 'commander'
import { TracewrightError } from '../errors.ts'
import type { DataDesignerConfigBuilder } from '../pipeline/builder.ts'
import type { CreateOptions } from '../pipeline/create-options.ts'
import { amount, numberOrAll } from './amounts.ts'
import { commandLine } from './command-line.ts'
import { confirmed } from './confirmed.ts'
import { estimateText, GO_ON, summaryOf } from './create-summary.ts'
import { CreateView } from './create-view.ts'
import { EXIT } from './exit.ts'
import { loadWithFunctions } from './load-functions.ts'
import { wholeNumber } from './preview.ts'
import { type ProviderFlags, providersFrom, withProviderOptions } from './provider-options.ts'
import { type ReplyFlags, repliesPathFor, withReplyOptions } from './reply-options.ts'
import { say, sayAside, sayJson, whenReaderIsGone } from './say.ts'
import { stoppable } from './stoppable.ts'

type CreateFlags = ProviderFlags &
  ReplyFlags & {
    numRecords?: number | 'all'
    repeatSeed?: boolean
    output?: string
    name?: string
    resume?: boolean
    force?: boolean
    retryFailed?: boolean
    exactly?: number
    accept?: string
    maxCost?: number
    prices?: string
    seed?: number
    functions?: string
    partRows?: number
    json?: boolean
    yes?: boolean
    shard?: string
    queue?: string
    of?: number
  }

/** `tracewright create`: a dataset, in a folder. */
export function create(): Command {
  return withReplyOptions(withProviderOptions(new Command('create')))
    .summary('run a config and make a dataset of it')
    .description(
      'Run a config and make a dataset: a folder with Parquet files, failures, replies and bill (docs/runs.md).\n' +
        'A run that was stopped or killed goes on with --resume; no model is asked twice for a finished cell.',
    )
    .argument('[config]', 'YAML or JSON in Data Designer’s schema, or a TypeScript or JavaScript module; with --shard: that of the plan')
    .option('-n, --num-records <n>', "rows to draw from the seed, or 'all' (default: all; 10 where there is no seed)", numberOrAll)
    .option('--repeat-seed', 'draw rows of the seed again where it has fewer than are wanted')
    .option('-o, --output <dir>', 'folder of the dataset (default: artifacts/<name>)')
    .option('--name <name>', 'name of the dataset (default: that of the folder, or dataset)')
    .option('--force', 'make the dataset in a folder that holds other things')
    .option('--resume', 'go on with the run that is in the folder')
    .option('--retry-failed', 'make the rows again that failed, and only these')
    .option('--exactly <n>', 'draw from the seed until n rows were accepted', wholeNumber)
    .option(
      '--accept <expression>',
      "what is accepted: a column, or an expression such as 'quality.score >= 4' (default: every finished row)",
    )
    .option('--max-cost <usd>', 'stop when this much was spent; needs --prices', amount)
    .option('--prices <file>', 'JSON: {"model": {"input": USD, "output": USD}} per million tokens')
    .option('--part-rows <n>', 'rows of a Parquet file at most (default: 1000)', wholeNumber)
    .option('--seed <n>', 'of all random choices; the same seed gives the same rows', wholeNumber)
    .option('--functions <file>', 'module with the functions that custom columns name')
    .option('--json', 'one JSON object per event on stdout')
    .option('--shard <i/n>', 'make task i (from 0) of n of the plan in -o (see plan); auto/n: as Slurm, Kubernetes or AWS Batch says')
    .option('--of <n>', 'with --shard or --queue: there are n shards, and task i of N does i, i+N, i+2N …', wholeNumber)
    .option(
      '--queue <url>',
      'make it in shards that workers make (see work), and put them together; with --of: so many shards (default: 64)',
    )
    .option('-y, --yes', 'ask nothing: neither after the estimate nor when the config has changed')
    .action(async (path: string | undefined, flags: CreateFlags, command: Command) => {
      if (flags.shard !== undefined) {
        const { createShards } = await import('./create-shards.ts')
        process.exitCode = await createShards(path ?? null, { ...flags, shard: flags.shard }, command)
        return
      }
      if (path !== undefined && flags.queue !== undefined) {
        const { runQueued } = await import('./run-queued.ts')
        process.exitCode = await runQueued(flags.queue, path, { ...flags, output: folderOf(flags), of: flags.of ?? 64 })
        return
      }
      if (path === undefined) command.error("error: missing required argument 'config'")
      process.exitCode = await createRows(path, flags, command)
    })
}

async function createRows(config: string, flags: CreateFlags, command: Command): Promise<number> {
  // Until a run begins there is nothing to save: Ctrl-C simply ends the process.
  const { DataDesigner } = await import('../pipeline/data-designer.ts')
  const modelProviders = await providersFrom(flags)
  const builder = await loadWithFunctions(config, flags.functions ?? null, modelProviders)
  const options = await optionsFrom(builder, flags)
  const designer = new DataDesigner({
    compat: flags.compat ?? null,
    modelProviders,
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  })
  const view = new CreateView(basename(folderOf(flags)))
  const { stop, abort, release } = stoppable(view)
  let hasBegun = false
  // A run goes on for hours: it stops as with Ctrl-C, and keeps what was paid.
  whenReaderIsGone(() => process.emit('SIGINT'))
  const print = (event: object) => sayJson(event)
  try {
    const results = await designer.create(builder, {
      ...options,
      stop,
      signal: abort,
      onProgress: progress => (flags.json ? print({ type: 'progress', ...progress }) : view.update(progress)),
      onEvent: event => {
        if (event.type === 'begin') hasBegun = true
        if (flags.json) print(event)
        else view.tell(event)
      },
      onEstimate: async estimate => {
        if (flags.json) return void print({ type: 'estimate', ...estimate })
        view.say(estimateText(estimate))
        return flags.yes || (await confirmed('Make them?', true))
      },
      onConfigChange: async note => {
        if (flags.yes) return true
        view.say(note)
        return confirmed('Go on?', false)
      },
    })
    view.stop()
    const { manifest, failures, usage, path } = results
    if (flags.json) print({ type: 'summary', path, manifest, usage, failures: failures.length, exports: results.exports })
    else say(summaryOf(results, changes => commandLine(command, changes)))
    if (stop.aborted) return EXIT.interrupted
    if (manifest.reason !== null) return EXIT.short
    return manifest.rows === 0 ? EXIT.failed : EXIT.done
  } finally {
    view.stop()
    release()
    if (abort.aborted && hasBegun)
      sayAside(`Stopped at once; finished cells are kept. Go on: ${commandLine(command, { ...GO_ON, output: folderOf(flags) })}`)
  }
}

function folderOf({ output, name }: CreateFlags): string {
  return output ?? join('artifacts', name ?? 'dataset')
}

async function optionsFrom(builder: DataDesignerConfigBuilder, flags: CreateFlags): Promise<CreateOptions> {
  if (flags.exactly !== undefined && flags.numRecords !== undefined)
    throw new TracewrightError('usage', 'Cannot use --exactly with --num-records: found both, expected one number of rows')
  if (flags.accept !== undefined && flags.exactly === undefined && !flags.resume && !flags.retryFailed)
    throw new TracewrightError('usage', 'Cannot use --accept alone: expected --exactly N with it')
  const { Prices } = await import('../model/prices.ts')
  const numRecords = flags.exactly ?? flags.numRecords
  const accept = flags.accept ?? (flags.exactly === undefined ? undefined : 'true')
  const repliesPath = repliesPathFor(builder, flags)
  return {
    path: folderOf(flags),
    ...(flags.name === undefined ? {} : { datasetName: flags.name }),
    ...(numRecords === undefined ? {} : { numRecords }),
    ...(accept === undefined ? {} : { accept }),
    ...(flags.repeatSeed === undefined ? {} : { repeatSeed: flags.repeatSeed }),
    ...(flags.maxCost === undefined ? {} : { maxCostUSD: flags.maxCost }),
    ...(flags.prices === undefined ? {} : { prices: Prices.read(flags.prices) }),
    ...(flags.partRows === undefined ? {} : { partRows: flags.partRows }),
    ...(repliesPath === null ? {} : { repliesPath }),
    force: flags.force ?? false,
    resume: flags.resume ?? false,
    retryFailed: flags.retryFailed ?? false,
  }
}
