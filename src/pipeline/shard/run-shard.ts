import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ASKED_KEY, RunFolder } from '../../dataset/run/folder.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import { commitMarker, readMarker } from '../../dataset/run/shard-marker.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { Gates } from '../../model/ask/gate.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { Prices } from '../../model/prices.ts'
import type { ToolServer } from '../../model/tools/mcp-provider.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { createDataset } from '../create.ts'
import { Budget, refuseSpentBudget } from '../creation/budget.ts'
import type { AcceptedSoFar, CreateOptions, CreateSettings } from '../creation/create-options.ts'
import { providersGoingOn } from '../creation/run-providers.ts'
import { ShardAttempt } from './attempt.ts'
import { DoneShards } from './done-shards.ts'
import { EarlierReplies } from './earlier-replies.ts'
import { refuseChangedInputs } from './inputs.ts'
import { toolServersGoingOn } from './kept-tool-servers.ts'
import type { ShardMarker } from './marker.ts'
import { markerOf, partFiles } from './marker-of-run.ts'
import { neededShards } from './needed-shards.ts'
import { shareOf } from './shard-budget.ts'
import { type FrozenPlan, rangeOf, runConfigOf } from './shard-plan.ts'

/** How a shard is made. */
export type ShardOptions = Pick<CreateOptions, 'errorRate' | 'stop' | 'signal' | 'onProgress' | 'onEvent' | 'maxCostUSD'> & {
  /** Providers that are named anew; others are those of the plan. */
  providers?: readonly ModelProvider[]
  /** Servers of tools that are named anew; others are those of the plan. */
  toolServers?: readonly ToolServer[]
  /** Folder of managed assets, where datasets of persons are. Default: the one that the environment names. */
  managedAssetsPath?: string | null
  /** Told that work on a shard begins, and in which attempt. */
  onAttempt?: (attempt: string) => void
}

/** What outlives a shard, where one process makes several: what models let through, and which shards were done. */
type Shared = { gates?: Gates; done?: DoneShards }

/** What came of a shard: it is done, was done before, was finished first by another, is not needed any more, or was stopped. */
export type ShardOutcome = {
  /** Its number, from 0. */
  shard: number
  /** What came of it. */
  outcome: 'done' | 'done before' | 'lost' | 'not needed' | 'stopped'
  /** Why it was stopped. */
  reason: string | null
  /** Rows it has. */
  rows: number
  /** What it could not make. */
  rejects: number
}

/**
 * Make one shard of a plan: any number of times, in any order, on any machine, killed anywhere. A shard that is done is left as it is. What
 * attempts that died have paid for is used. It counts when its marker is there, which only one attempt can make.
 */
export async function runShard(
  home: RunHome,
  { plan, hash }: FrozenPlan,
  builder: DataDesignerConfigBuilder,
  shard: number,
  options: ShardOptions & Shared = {},
): Promise<ShardOutcome> {
  if (!Number.isInteger(shard) || shard < 0 || shard >= plan.shards)
    throw new TracewrightError('usage', `Cannot make shard ${shard}: the plan of '${home.place}' has shards 0 to ${plan.shards - 1}`)
  const before = await readMarker<ShardMarker>(home, shard)
  if (before !== null) return outcomeOf(before, 'done before')
  if (plan.run.target.accept !== null && shard >= neededShards(plan, await (options.done ?? new DoneShards(home)).look()))
    return { shard, outcome: 'not needed', reason: null, rows: 0, rejects: 0 }
  const providers = providersGoingOn(options.providers ?? [], plan.run.terms?.providers ?? [])
  const spent = new Budget(builder, providers, plan.run)
  const earlier = await EarlierReplies.open(home, shard, { onPaid: (asker, reply) => spent.bill.replied(asker, reply) })
  const attempt = new ShardAttempt(home, shard)
  const sending = setInterval(() => void attempt.sendReplies().catch(() => {}), SEND_EVERY_MS).unref()
  options.onAttempt?.(attempt.name)
  try {
    const share = options.maxCostUSD ?? (await shareOf(home, plan))
    refuseSpentBudget(share, share === null ? null : spent.bill.cost)
    const accepted: AcceptedSoFar[] = []
    const run = await createDataset(builder, {
      ...settingsOf(plan, shard, { ...options, providers, earlier, attempt }),
      ...(share === null ? {} : { maxCostUSD: share - (spent.bill.cost ?? 0) }),
      onAccepted: soFar => void accepted.push(soFar),
    })
    const { manifest } = run
    if (manifest.status !== 'complete')
      return { shard, outcome: 'stopped', reason: manifest.reason, rows: manifest.rows, rejects: manifest.rejects }
    if (plan.run.target.accept !== null) await attempt.put('accepted.jsonl', accepted.map(soFar => `${writeJson(soFar)}\n`).join(''))
    await attempt.sendReplies()
    const folder = new RunFolder(attempt.path)
    const files = [...partFiles(folder, manifest), ...(existsSync(folder.asked) ? [ASKED_KEY] : [])]
    await attempt.send([...files, ...['rejects.jsonl', 'usage.json', 'manifest.json'].filter(name => existsSync(join(attempt.path, name)))])
    const marker = await commitMarker(home, {
      ...(await markerOf(folder, manifest, { shard, attempt: attempt.name, plan: hash })),
      bill: run.usage,
    })
    return outcomeOf(marker, marker.attempt === attempt.name ? 'done' : 'lost')
  } finally {
    clearInterval(sending)
    await attempt.sendReplies().catch(() => {})
    earlier[Symbol.dispose]()
    attempt[Symbol.dispose]()
  }
}

/** How often replies are sent to storage that is elsewhere: what came since then is asked again if the machine dies. */
const SEND_EVERY_MS = 10_000

function settingsOf(
  plan: FrozenPlan['plan'],
  shard: number,
  how: ShardOptions & Shared & { providers: readonly ModelProvider[]; earlier: EarlierReplies; attempt: ShardAttempt },
): CreateSettings {
  const { providers, earlier, attempt, gates, errorRate, stop, signal, onProgress, onEvent } = how
  const runConfig = runConfigOf(plan)
  const rate = errorRate === undefined ? runConfig.createOptions.errorRate : errorRate
  const { target, terms, compat, seed, dataset_name } = plan.run
  const range = rangeOf(plan, shard)
  // A shard of a seed ends where its range does; without a seed, rows are counted.
  const numRecords = target.accept !== null ? target.num_records! : plan.things === null ? Math.max(1, range.end - range.first) : 'all'
  return {
    path: attempt.path,
    datasetName: dataset_name,
    numRecords,
    ...(target.accept === null ? {} : { accept: target.accept }),
    partRows: plan.part_rows,
    prices: new Prices(terms?.prices ?? {}),
    providers,
    toolServers: toolServersGoingOn(how.toolServers ?? [], plan.tool_servers ?? []),
    managedAssetsPath: how.managedAssetsPath ?? null,
    runConfig,
    compat,
    seed,
    previewSeed: null,
    earlier,
    force: true,
    engine: {
      range,
      checkModels: false,
      gates: gates ?? new Gates(),
      onSeed: open => refuseChangedInputs(plan.inputs, open.files ?? []),
    },
    ...(rate === undefined ? {} : { errorRate: rate }),
    ...(stop === undefined ? {} : { stop }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    onEvent: event => {
      if (event.type === 'part') void attempt.sendReplies().catch(() => {})
      onEvent?.(event)
    },
  }
}

function outcomeOf({ shard, rows, rejects }: ShardMarker, outcome: ShardOutcome['outcome']): ShardOutcome {
  return { shard, outcome, reason: null, rows, rejects }
}
