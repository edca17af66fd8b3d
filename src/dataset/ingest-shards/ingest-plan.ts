import { createHash } from 'node:crypto'
import { isFree } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, parseJson } from '../../json/json.ts'
import { packageVersion } from '../../package-version.ts'
import type { Unit } from '../../rollout/format.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import { shellWord } from '../../shell-word.ts'
import type { RunHome } from '../run/home.ts'
import { openHome } from '../run/open-home.ts'
import type { StoreOptions } from '../store/column-types.ts'
import type { FileTag } from '../store/files.ts'
import type { StoreCodec } from '../store/manifest.ts'

/** What many machines that read logs agree on. Written once, and never changed; the logs themselves stand in lists, one for each shard. */
export type IngestPlan = {
  /** Of the plan; another number means another tracewright must read it. */
  layout: 1
  /** Version that reads the logs: another may make other rows of them. */
  tracewright: string
  /** How many shards. */
  shards: number
  /** Things to parse, over all shards. */
  units: number
  /** Of the logs. */
  bytes: number
  /** Storage the logs are brought from; null: all machines see the folders. */
  logs: string | null
  /** Folders that are read. */
  roots: string[]
  /** How rows are made. */
  options: StoreOptions & {
    /** Whether folders below the roots are read, too. */
    recursive: boolean
  }
  /** Of the store's files. */
  codec: StoreCodec
  /** Files that matched and are no logs. */
  skipped: Skipped[]
  /** The units of each shard. */
  lists: {
    /** Where the list lies, below the plan's place. */
    key: string
    /** Units in it. */
    units: number
    /** Bytes of their files. */
    bytes: number
    /** Of the list as it was written, in hex. */
    sha256: string
  }[]
}

/** A unit of a plan, as its list has it. `root`: which of the plan's. */
export type ListedUnit = { format: string; root: number; unit: Unit; files: FileTag[] }

/** A plan, and the hash that every shard of it carries. */
export type FrozenIngest = {
  /** The plan. */
  plan: IngestPlan
  /** Of its bytes, SHA-256. */
  hash: string
}

/** Write a plan where there is none. False: one is there already. */
export async function freezeIngest(home: RunHome, plan: IngestPlan): Promise<boolean> {
  return home.putIfAbsent(PLAN_KEY, Buffer.from(`${writeJson(plan, 2)}\n`))
}

/** The plan of an ingest that a home has; null where there is none. Throws where another version must read it. */
export async function readIngestPlan(home: RunHome): Promise<FrozenIngest | null> {
  const bytes = await home.get(PLAN_KEY)
  if (bytes === null) return null
  const plan = parseJson(bytes.toString('utf8'))
  const where = `${home.place}/${PLAN_KEY}`
  if (!isObject(plan) || plan['layout'] !== 1)
    throw new TracewrightError('file', 'Cannot read the plan of an ingest: it is not one this version can read', {
      where,
      hint: 'Use the version of tracewright that made it, or another home',
    })
  if (plan['tracewright'] !== packageVersion())
    throw new TracewrightError(
      'usage',
      `Cannot go on with the ingest in '${home.place}': version ${String(plan['tracewright'])} has planned it, this is ${packageVersion()}, and two versions may make different rows of a log`,
      { where, hint: 'Use that version on all machines, or plan again into another home' },
    )
  return { plan: plan as unknown as IngestPlan, hash: createHash('sha256').update(bytes).digest('hex') }
}

/** Whether a place is the home of an ingest, and not of a run. */
export async function isIngestHome(place: string): Promise<boolean> {
  return (await openHome(place).get(PLAN_KEY)) !== null
}

/** As `readIngestPlan`; throws where there is none. */
export async function ingestPlanOf(home: RunHome): Promise<FrozenIngest> {
  const frozen = await readIngestPlan(home)
  if (frozen !== null) return frozen
  throw new TracewrightError('usage', `Cannot read logs in shards in '${home.place}': no plan of an ingest is there`, {
    hint: `Make one: tracewright ingest PATH -o ${isFree(home.place) ? shellWord(home.place) : 'HOME'} --plan --of N`,
  })
}

/** The units of a shard, in the order in which they claim ids. */
export async function unitsOfShard(home: RunHome, { lists }: IngestPlan, shard: number): Promise<ListedUnit[]> {
  const { key, sha256 } = lists[shard]!
  const bytes = await home.get(key)
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new TracewrightError(
      'file',
      `Cannot read the list of logs of shard ${shard}: it is ${bytes === null ? 'gone' : 'not what was planned'}`,
      {
        where: `${home.place}/${key}`,
        hint: 'Plan again into another home',
      },
    )
  const lines = bytes.toString('utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as ListedUnit)
}

const PLAN_KEY = 'shards/ingest.json'
