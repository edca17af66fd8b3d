import { Command, Option } from 'commander'
import { commandLine } from '../create/command-line.ts'
import { boundYoungHeap } from '../engine.ts'
import { wholeNumber, wholeNumberFromOne } from '../options/amounts.ts'
import { readOptionsFrom, withReadOptions } from '../options/read-options.ts'
import { withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { sayAside } from '../terminal/say.ts'
import type { IngestFlags } from './ingest-flags.ts'

/** `tracewright ingest`: agent logs to rows. */
export function ingest(): Command {
  return withSelectors(withReadOptions(new Command('ingest')))
    .summary('agent logs to rows')
    .description(
      'Turn agent logs into rows, one per session: JSON Lines on stdout, or a file or a store with -o.\n' +
        'PATH is a folder, one file, or s3://BUCKET/PREFIX; without it, the agent’s usual folder is read.\n' +
        'A store is a folder: a second ingest into it reads only what is new or changed (see docs/store.md).\n' +
        'A store takes whole logs; what selects sessions is for rows that go to a file, and for whoever reads the store.\n' +
        'Every record of every file is accounted for; the balance is on stderr and in --report.\n' +
        'On many machines: ingest PATH -o HOME --plan --of N; ingest -o HOME --shard I/N; merge HOME (docs/beyond-one-machine.md).',
    )
    .argument('[path]', 'folder or file')
    .option('-o, --output <path>', 'write to FILE.jsonl, FILE.parquet, or into the store DIR')
    .addOption(
      new Option('--as <format>', 'write trajectories of another format: a line each, or with -o DIR a file each').choices(['atif']),
    )
    .option('--nested', 'leave what has no fixed shape nested in FILE.jsonl; by default it is JSON text, which all readers take')
    .addOption(new Option('--codec <codec>', 'of a new store').choices(['parquet', 'jsonl']))
    .option('-w, --workers <n>', 'threads that parse; default: one per core, one for little', wholeNumberFromOne)
    .option('--watch', 'go on as logs grow, until Ctrl-C; needs a store')
    .option('--report <file>', 'write the ledger of every unit as JSON')
    .option('--strict', `exit with ${EXIT.strict} where anything could not be read or was of an unknown kind`)
    .option('--guard-formulas', 'in FILE.csv, mark texts that a spreadsheet would take for formulas')
    .option('--force', 'write over FILE, or make a store in a folder that holds other things')
    .option('-q, --quiet', 'no progress and no summary')
    .option('--plan', 'read nothing yet: freeze the list of logs in -o HOME, for many machines to read --of N shards of it')
    .option('--of <n>', 'with --plan, the number of shards; with --shard I/TASKS, how many there are where tasks are fewer', wholeNumber)
    .option('--shard <i/n>', 'read one shard of the plan in -o HOME: 3/512, counted from 0, or auto/512 for the task of a scheduler')
    .action(async (path: string | undefined, flags: IngestFlags, command: Command) => {
      if (flags.workers === 1) boundYoungHeap()
      if (flags.plan === true || flags.shard !== undefined) {
        const { planIngestAs, ingestShards } = await import('./ingest-shards.ts')
        process.exitCode = flags.plan
          ? await planIngestAs(path ?? null, flags)
          : await ingestShards(path ?? null, flags, commandLine(command))
        return
      }
      const options = readOptionsFrom(path === undefined ? path : await localPath(path), flags)
      const { outputKind } = await import('./output-kind.ts')
      const { ingestAs, ingestRows, ingestIntoStore } = await import('./ingest-rows.ts')
      if (flags.as !== undefined) process.exitCode = await ingestAs(options, flags)
      else if ((await outputKind(flags)) === 'store') process.exitCode = await ingestIntoStore(options, flags, commandLine(command))
      else process.exitCode = await ingestRows(options, flags)
    })
}

/** Logs in storage elsewhere are brought here first; those that have not changed since the last time are here already. */
async function localPath(path: string): Promise<string> {
  const { isElsewhere, stageLogsHere } = await import('../../dataset/run/staged-logs.ts')
  if (!isElsewhere(path)) return path
  const { counted } = await import('../terminal/print.ts')
  const { folder, fetched, total } = await stageLogsHere(path)
  sayAside(`${counted(fetched, 'file')} of ${total} fetched from ${path}`)
  return folder
}
