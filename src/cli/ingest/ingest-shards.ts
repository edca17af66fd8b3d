import { ingestShard, type ParsedShard } from '../../dataset/ingest-shards/parse-shard.ts'
import { planIngest } from '../../dataset/ingest-shards/plan-ingest.ts'
import { selects } from '../../dataset/selectors.ts'
import { TracewrightError } from '../../errors.ts'
import { shellWord } from '../../shell-word.ts'
import { readOptionsFrom } from '../options/read-options.ts'
import { selectorsFrom } from '../options/select-options.ts'
import { shardsOf } from '../options/shard-flag.ts'
import { EXIT } from '../terminal/exit.ts'
import { bytes, counted } from '../terminal/print.ts'
import { say, sayAside } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import type { IngestFlags } from './ingest-flags.ts'

/** `tracewright ingest --plan`: freeze which logs many machines are to read. Gives the exit code. */
export async function planIngestAs(path: string | null, flags: IngestFlags): Promise<number> {
  if (flags.output === undefined || flags.of === undefined)
    throw new TracewrightError('usage', 'Cannot plan an ingest: expected the home of the store, -o HOME, and a number of shards, --of N')
  refuseOthers(flags, '--plan')
  const { plan } = await planIngest({
    ...readOptionsFrom(path ?? undefined, flags),
    home: flags.output,
    of: flags.of,
    ...(flags.codec === undefined ? {} : { codec: flags.codec }),
  })
  if (!flags.quiet) {
    say(`${counted(plan.shards, 'shard')} of ${counted(plan.units, 'log')}, ${bytes(plan.bytes)}`)
    say(`Read one: tracewright ingest -o ${shellWord(flags.output)} --shard 0/${plan.shards}`)
    say(`When all are read: tracewright merge ${shellWord(flags.output)}`)
  }
  return EXIT.done
}

/** `tracewright ingest --shard`: read some shards of the logs that were planned, one after the other. `goOn`: the command that goes on. Gives the exit code. */
export async function ingestShards(path: string | null, flags: IngestFlags, goOn: string): Promise<number> {
  if (path !== null)
    throw new TracewrightError('usage', `Cannot read '${path}' with --shard: the plan says which logs are read, for all shards`)
  if (flags.output === undefined) throw new TracewrightError('usage', 'Cannot read a shard: expected the home of the plan, -o HOME')
  refuseOthers(flags, '--shard')
  const { shards, of } = shardsOf(flags.shard!, flags.of ?? null, process.env)
  await refuseOtherCount(flags.output, of)
  using signals = stoppable({ say: sayAside, stop: () => {} }, 'what was read of this shard is not kept')
  const { stop } = signals
  for (const shard of shards) {
    const outcome = await ingestShard(flags.output, shard, {
      stop,
      onAttempt: () => sayAside(`Shard ${shard} started`),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    })
    if (!flags.quiet) say(sentenceOf(outcome))
    if (!stop.aborted) continue
    sayAside(`Go on: ${goOn}`)
    return EXIT.interrupted
  }
  return EXIT.done
}

function sentenceOf({ shard, outcome, units, rows, rejects }: ParsedShard): string {
  const read = `${counted(rows, 'row')} of ${counted(units, 'log')}, ${counted(rejects, 'reject')}`
  if (outcome === 'lost') return `Shard ${shard}: another finished it first (${read}); what was read here does not count`
  if (outcome === 'stopped') return `Shard ${shard}: stopped; it is read again from its start`
  return `Shard ${shard}: ${outcome}, ${read}`
}

/** What is of rows that go to a file, or of a store on one machine. */
function refuseOthers(flags: IngestFlags, option: string): void {
  const given = {
    '--watch': flags.watch,
    '--report': flags.report,
    '--strict': flags.strict,
    '--nested': flags.nested,
    '--guard-formulas': flags.guardFormulas,
  }
  const other = Object.entries(given).find(([, value]) => value !== undefined && value !== false)?.[0]
  if (other !== undefined || selects(selectorsFrom(flags)))
    throw new TracewrightError('usage', `Cannot use ${other ?? 'what selects sessions'} with ${option}: shards make a whole store`, {
      hint: other === '--report' ? 'Give --report to merge' : 'Put the shards together, and use the store',
    })
}

async function refuseOtherCount(home: string, of: number): Promise<void> {
  const [{ ingestPlanOf }, { openHome }] = await Promise.all([
    import('../../dataset/ingest-shards/ingest-plan.ts'),
    import('../../dataset/run/open-home.ts'),
  ])
  const { plan } = await ingestPlanOf(openHome(home))
  if (plan.shards !== of)
    throw new TracewrightError('usage', `Cannot read shards of ${of}: the plan in '${home}' has ${plan.shards}`, {
      hint: `Name them so: --shard I/${plan.shards}, or --shard I/TASKS --of ${plan.shards}`,
    })
}
