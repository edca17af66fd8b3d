import { createHash } from 'node:crypto'
import { TracewrightError } from '../../errors.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { packageVersion } from '../../package-version.ts'
import { findUnits } from '../../rollout/find.ts'
import { DEFAULT_PARSE_OPTIONS } from '../../rollout/format.ts'
import { fullestFirst } from '../../rollout/fullest-first.ts'
import { openLogs, READ_OPTIONS, type ReadOptions } from '../../rollout/read.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import type { RunHome } from '../run/home.ts'
import { openWorkingHome, probeHome } from '../run/open-home.ts'
import { shardName } from '../run/shard-marker.ts'
import { isElsewhere, stageLogsHere } from '../run/staged-logs.ts'
import { refuseForeign } from '../stage/own-formats.ts'
import { type FileTag, filesOf, tagsOf } from '../store/files.ts'
import type { StoreCodec } from '../store/manifest.ts'
import { inOrder, lookAtUnits } from '../store/plan.ts'
import { type FrozenIngest, freezeIngest, type IngestPlan, ingestPlanOf, type ListedUnit, readIngestPlan } from './ingest-plan.ts'

/** Which logs many machines are to read, and how. `path` may lie in S3. */
export type PlanIngestOptions = ReadOptions & {
  /** Where the store is to be: a folder, or storage that all machines reach. */
  home: string
  /** How many shards. */
  of: number
  /** Of the store's files. Default: parquet. */
  codec?: StoreCodec
}

const PLAN_OPTIONS: Known<PlanIngestOptions> = { ...READ_OPTIONS, home: true, of: true, codec: true }

/**
 * Freeze what many machines are to read: the logs in the order in which they claim ids, with sizes and tags, cut into shards of about the
 * same number of bytes. Planning the same again changes nothing; throws where another plan is there.
 */
export async function planIngest(options: PlanIngestOptions): Promise<FrozenIngest> {
  refuseUnknownOptions(options, PLAN_OPTIONS, 'planIngest')
  if (!isCount(options.of, 1)) throw new TracewrightError('usage', `Cannot plan ${options.of} shards: expected ${countFrom(1)}`)
  const home = openWorkingHome(options.home)
  const before = await readIngestPlan(home)
  if (before === null) await refuseOccupiedHome(home)
  const elsewhere = options.path != null && isElsewhere(options.path) ? options.path : null
  const path = elsewhere === null ? (options.path ?? null) : (await stageLogsHere(elsewhere)).folder
  const { units, ...found } = await listedUnits({ ...options, path })
  const { plan, lists } = planOf(options, { ...found, units, logs: elsewhere })
  if (before !== null) return sameAgain(home, before, plan)
  await probeHome(home)
  for (const [i, { key }] of plan.lists.entries()) await home.put(key, Buffer.from(lists[i]!))
  if (!(await freezeIngest(home, plan))) return sameAgain(home, await ingestPlanOf(home), plan)
  return ingestPlanOf(home)
}

type Listed = Pick<IngestPlan, 'roots' | 'skipped'> & { units: { listed: ListedUnit; bytes: number }[] }

async function listedUnits(options: ReadOptions): Promise<Listed> {
  const found = await findUnits(options)
  try {
    // Where there is nothing, the reader says where it looked.
    if (found.units.length === 0) (await openLogs(options)).close()
    refuseForeign(found.units)
    const roots = [...new Set(found.sources.map(({ root }) => root))]
    const known = new Map<string, FileTag[]>() // a store of many sessions is looked at once
    const ordered = options.compat ? found.units : await fullestFirst(found.units)
    const units = inOrder(lookAtUnits(found.units, new Map()), ordered).map(({ root, ref }) => {
      const { format, unit } = ref!
      const name = `${root}\n${filesOf(unit).join('\n')}`
      const isFirst = !known.has(name)
      const files = known.get(name) ?? tagsOf(root, filesOf(unit))
      known.set(name, files)
      const bytes = isFirst ? files.reduce((sum, [, size]) => sum + size, 0) : 0
      return { listed: { format: format.name, root: roots.indexOf(root), unit, files }, bytes }
    })
    return { roots, skipped: found.skipped, units }
  } finally {
    for (const source of found.sources) source[Symbol.dispose]()
  }
}

function planOf(
  { of, codec = 'parquet', recursive = true, ...options }: PlanIngestOptions,
  { units, roots, skipped, logs }: Listed & { logs: string | null },
): { plan: IngestPlan; lists: string[] } {
  const { branches, context } = { ...DEFAULT_PARSE_OPTIONS, ...options }
  const shards = cutByBytes(units, of)
  const lists = shards.map(shard => shard.map(({ listed }) => `${JSON.stringify(listed)}\n`).join(''))
  const hashes = lists.map(sha256)
  const below = `shards/lists-${sha256(hashes.join('\n')).slice(0, 16)}`
  const plan: IngestPlan = {
    layout: 1,
    tracewright: packageVersion(),
    shards: of,
    units: units.length,
    bytes: bytesOf(units),
    logs,
    roots,
    options: { branches, context, compat: options.compat ?? null, recursive },
    codec,
    skipped,
    lists: shards.map((shard, i) => ({
      key: `${below}/${shardName(i)}.jsonl`,
      units: shard.length,
      bytes: bytesOf(shard),
      sha256: hashes[i]!,
    })),
  }
  return { plan, lists }
}

/** Neighbours stay together, and shards have about the same number of bytes; each unit counts for something. */
function cutByBytes<T extends { bytes: number }>(units: readonly T[], of: number): T[][] {
  const weight = ({ bytes }: T) => bytes + UNIT_COST
  const total = units.reduce((sum, unit) => sum + weight(unit), 0)
  const shards: T[][] = Array.from({ length: of }, () => [])
  let before = 0
  for (const unit of units) {
    // The middle of a unit says which shard it is in.
    const middle = before + weight(unit) / 2
    shards[Math.min(of - 1, Math.floor((middle / total) * of))]!.push(unit)
    before += weight(unit)
  }
  return shards
}

/** What it costs to open a log, in bytes that are parsed meanwhile. */
const UNIT_COST = 1 << 12

function bytesOf(units: readonly { bytes: number }[]): number {
  return units.reduce((sum, { bytes }) => sum + bytes, 0)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function refuseOccupiedHome(home: RunHome): Promise<void> {
  for (const key of ['manifest.json', 'shards/plan.json'])
    if ((await home.get(key)) !== null)
      throw new TracewrightError(
        'usage',
        `Cannot plan an ingest in '${home.place}': found a ${key === 'manifest.json' ? 'store or a run' : 'plan of a run'} there`,
        {
          hint: 'Plan into another home; a store that is there takes more logs with ingest -o, without a plan',
        },
      )
}

/** The plan that is there, where it is the one that is wanted. */
function sameAgain(home: RunHome, before: FrozenIngest, wanted: IngestPlan): FrozenIngest {
  const differs = (['shards', 'codec', 'options', 'logs', 'lists'] as const).filter(
    key => writeJson(before.plan[key]) !== writeJson(wanted[key]),
  )
  if (differs.length === 0) return before
  const names = {
    shards: 'the number of shards',
    codec: 'the codec',
    options: 'how rows are made',
    logs: 'where logs come from',
    lists: 'the logs',
  }
  throw new TracewrightError(
    'usage',
    `Cannot plan in '${home.place}': a plan is there, and differs in ${differs.map(key => names[key]).join(', ')}`,
    {
      hint: 'Go on with it as it is (ingest --shard), or plan into another home',
    },
  )
}
