import { Command } from 'commander'
import { amount, numberOrAll, wholeNumber } from '../options/amounts.ts'
import { withProviderOptions, withToolOption } from '../options/provider-options.ts'
import { withReplyOptions } from '../options/reply-options.ts'
import { type CreateFlags, folderOf } from './create-flags.ts'

/** `tracewright create`: a dataset, in a folder. */
export function create(): Command {
  return withReplyOptions(withToolOption(withProviderOptions(new Command('create'))))
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
        process.exitCode = await runQueued(flags.queue, path, { ...flags, output: folderOf(flags), of: flags.of ?? 64 }, command)
        return
      }
      if (path === undefined) command.error("error: missing required argument 'config'")
      const { createRows } = await import('./create-rows.ts')
      process.exitCode = await createRows(path, flags, command)
    })
}
