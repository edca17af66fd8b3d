import type { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import type { ShardOutcome } from '../../pipeline/shard/run-shard.ts'
import { functionsOf, loadWithFunctions } from '../options/load-functions.ts'
import { type ProviderFlags, settingsFrom, type ToolFlags } from '../options/provider-options.ts'
import { shardsOf } from '../options/shard-flag.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { say, sayAside, sayJson } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import { commandLine } from './command-line.ts'

/** `tracewright create --shard`: some shards of the plan in a home, one after the other; those that are done are left as they are. */
export async function createShards(config: string | null, flags: ShardFlags, command: Command): Promise<number> {
  const other = PLANNED.find(name => command.getOptionValueSource(name) === 'cli')
  const option = command.options.find(each => each.attributeName() === other)?.long
  if (option !== undefined)
    throw new TracewrightError('usage', `Cannot use ${option} with --shard: the plan says it for all shards`, { hint: `Give it to plan` })
  if (flags.output === undefined) throw new TracewrightError('usage', 'Cannot make a shard: expected the home of the plan, -o HOME')
  const { shards, of } = shardsOf(flags.shard, flags.of ?? null, process.env)
  const work = await openWork(flags.output, config, flags)
  if (of !== work.frozen.plan.shards)
    throw new TracewrightError('usage', `Cannot make shards of ${of}: the plan in '${flags.output}' has ${work.frozen.plan.shards}`, {
      hint: `Say so: --shard ${flags.shard} --of ${work.frozen.plan.shards}`,
    })
  using signals = stoppable({ say: sayAside, stop: () => {} })
  const { stop, abort } = signals
  try {
    let code: number = EXIT.done
    for (const shard of shards) {
      if (stop.aborted) break
      const outcome = await work.run(shard, {
        stop,
        signal: abort,
        onAttempt: attempt => void (flags.json ? sayJson({ type: 'shard_begin', shard, attempt }) : sayAside(`Shard ${shard} started`)),
        ...(flags.maxCost === undefined ? {} : { maxCostUSD: flags.maxCost }),
      })
      if (flags.json) sayJson({ type: 'shard', ...outcome })
      else say(sentenceOf(outcome))
      if (outcome.outcome === 'stopped' && !stop.aborted) code = EXIT.short
    }
    return stop.aborted ? EXIT.interrupted : code
  } finally {
    if (stop.aborted && !flags.json)
      sayAside(`${abort.aborted ? 'Stopped at once; finished cells are kept. ' : ''}Go on: ${commandLine(command)}`)
  }
}

type ShardFlags = ProviderFlags &
  ToolFlags & { shard: string; of?: number; output?: string; functions?: string; maxCost?: number; json?: boolean }

/** Options that decide rows or terms: the plan has them, and a shard cannot have others. */
const PLANNED = ['numRecords', 'repeatSeed', 'exactly', 'accept', 'prices', 'partRows', 'seed', 'name', 'resume', 'retryFailed', 'force']

async function openWork(place: string, config: string | null, flags: ShardFlags) {
  const { openShards } = await import('../../pipeline/shard/open-shards.ts')
  const settings = await settingsFrom(flags)
  const builder = config === null ? null : await loadWithFunctions(config, flags, settings)
  return openShards(place, {
    builder,
    load: { extensions: settings.extensions, ...(flags.functions === undefined ? {} : { functions: await functionsOf(flags.functions) }) },
    providers: settings.modelProviders,
    mcpProviders: settings.mcpProviders,
    managedAssetsPath: settings.managedAssetsPath,
  })
}

/** What came of a shard, as a person reads it. */
export function sentenceOf({ shard, outcome, reason, rows, rejects }: ShardOutcome): string {
  const made = `${counted(rows, 'row')}, ${counted(rejects, 'failure')}`
  if (outcome === 'not needed') return `Shard ${shard}: not needed, those before it have enough accepted rows`
  if (outcome === 'lost') return `Shard ${shard}: another finished it first (${made}); what was made here does not count`
  if (outcome === 'stopped') return `Shard ${shard}: stopped${reason === null ? '' : `. ${reason}`}. What was paid is kept: make it again`
  return `Shard ${shard}: ${outcome}, ${made}`
}
