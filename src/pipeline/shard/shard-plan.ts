import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunHome } from '../../dataset/run/home.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { isFree } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { PositionRange } from '../../seed/draw-range.ts'
import { shellWord } from '../../shell-word.ts'
import { RunConfig } from '../rows/run-config.ts'
import type { KeptToolServer } from './kept-tool-servers.ts'

/** What many machines agree on before any of them begins. Written once, and never changed. */
export type ShardPlan = {
  /** Of the plan; another number means another tracewright must read it. */
  layout: 1
  /** How many shards. */
  shards: number
  /** Positions in the order of the seed that are dealt with, over all shards. */
  positions: number
  /** Things of the seed that are selected; null where there is no seed. */
  things: number | null
  /** Folder from which relative paths of the config are taken. */
  base_folder: string | null
  /** Rows of a Parquet file at most. */
  part_rows: number
  /** Servers of tools; absent: none. */
  tool_servers?: KeptToolServer[]
  /** How the run goes, in Data Designer's schema; absent: as usual. */
  run_config?: JsonObject
  /** The config as it is run, in Data Designer's schema. */
  config: JsonObject
  /** Columns in the order they are computed, and what each reads. */
  columns: Json
  /** What the seed reads, as it was then. */
  inputs: SeedInput[]
  /** The manifest of the run that the shards are together, before its first row: seed, target, terms, hash of the config. */
  run: RunManifest
}

/** A file that the seed reads. */
export type SeedInput = {
  /** Where it is. */
  path: string
  /** Its size. */
  bytes: number
  /** Hash of its size, its first and its last bytes. */
  tag: string
}

/** A plan, and the hash that every shard of it carries. */
export type FrozenPlan = {
  /** The plan. */
  plan: ShardPlan
  /** Of its bytes, SHA-256. */
  hash: string
}

/** How the run of a plan goes. */
export function runConfigOf({ run_config = {} }: Pick<ShardPlan, 'run_config'>): RunConfig {
  return RunConfig.fromJSON(run_config)
}

/** Write a plan where there is none. False: one is there already. */
export async function freezePlan(home: RunHome, plan: ShardPlan): Promise<boolean> {
  return home.putIfAbsent(PLAN_KEY, Buffer.from(`${writeJson(plan, 2)}\n`))
}

/** The plan of a home; null where there is none. Throws where another version must read it. */
export async function readPlan(home: RunHome): Promise<FrozenPlan | null> {
  const bytes = await home.get(PLAN_KEY)
  if (bytes === null) return null
  const plan = parseJson(bytes.toString('utf8'))
  if (!isObject(plan) || plan['layout'] !== 1)
    throw new TracewrightError('file', 'Cannot read the plan of shards: it is not one this version can read', {
      where: `${home.place}/${PLAN_KEY}`,
      hint: 'Use the version of tracewright that made it, or another home',
    })
  return { plan: plan as unknown as ShardPlan, hash: createHash('sha256').update(bytes).digest('hex') }
}

/** As `readPlan`; throws where there is none. */
export async function planOf(home: RunHome): Promise<FrozenPlan> {
  const frozen = await readPlan(home)
  if (frozen !== null) return frozen
  throw new TracewrightError('usage', `Cannot work on shards in '${home.place}': no plan is there`, {
    hint: `Make one: tracewright plan CONFIG -o ${isFree(home.place) ? shellWord(home.place) : 'HOME'} --of N`,
  })
}

/** Whether a folder of this machine is the home of a plan. */
export function isShardHome(folder: string): boolean {
  return existsSync(join(folder, PLAN_KEY))
}

/** Which positions are a shard's. */
export function rangeOf({ positions, shards }: Pick<ShardPlan, 'positions' | 'shards'>, shard: number): PositionRange {
  return { first: Math.floor((shard * positions) / shards), end: Math.floor(((shard + 1) * positions) / shards) }
}

const PLAN_KEY = 'shards/plan.json'
