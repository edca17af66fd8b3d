import { createHash } from 'node:crypto'
import { createReadStream, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { stageFormOf } from '../../codec/codec-for.ts'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { syncFile } from '../../disk/sync.ts'
import { writeAll } from '../../disk/write-all.ts'
import { TracewrightError } from '../../errors.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import { Source } from '../../rollout/log/source.ts'
import { Attempt } from '../run/attempt.ts'
import type { RunHome } from '../run/home.ts'
import { openHome } from '../run/open-home.ts'
import { commitMarker, type Marker, readMarker } from '../run/shard-marker.ts'
import { stageLogsHere } from '../run/staged-logs.ts'
import { type StagedBatch, stageUnits } from '../stage/pool.ts'
import { StagedFiles, type StagedPart } from '../stage/staged-rows.ts'
import type { StagedUnit, UnitToStage } from '../stage/stager.ts'
import { storeTypesOf } from '../store/column-types.ts'
import { type FileState, filesOf, guardOf, statesOf, tagsOf } from '../store/files.ts'
import type { SeenFiles } from '../store/plan.ts'
import { type FrozenIngest, type IngestPlan, ingestPlanOf, type ListedUnit, unitsOfShard } from './ingest-plan.ts'

/** The marker of a shard of logs that were parsed. */
export type ParsedMarker = Marker & {
  units: number
  /** Before copies are told from first ones. */
  rows: number
  rejects: number
  /** Of logs that were read. */
  bytes: number
  /** Of the file that says what was parsed. */
  batches: { bytes: number; sha256: string }
  finished_at: string
}

/** Units that were parsed together: what is known of them and of their rows, and where the rows wait. One line of `batches.jsonl`. */
export type ParsedBatch = {
  units: (StagedUnit & { files: FileState[]; seen: SeenFiles })[]
  parts: StagedPart[] // by names of files beside it
  files: { file: string; sha256: string }[]
}

/** What came of a shard of logs: it is done, was done before, was finished first by another, or was stopped. */
export type ParsedShard = {
  /** Its number, from 0. */
  shard: number
  /** What came of it. */
  outcome: 'done' | 'done before' | 'lost' | 'stopped'
  /** Logs it has. */
  units: number
  /** Rows they gave, before copies are told from first ones. */
  rows: number
  /** What could not be read. */
  rejects: number
}

/** How a shard of logs is parsed. */
export type ParseShardOptions = {
  /** Threads that parse. Default: one per core, one for little. */
  workers?: number
  /** Of each thread. */
  heapMB?: number
  /** Ends it when it is raised; what was parsed is not kept. */
  stop?: AbortSignal
  /** Told that work on it begins, and in which attempt. */
  onAttempt?: (attempt: string) => void
}

const PARSE_OPTIONS: Known<ParseShardOptions> = { workers: true, heapMB: true, stop: true, onAttempt: true }

/**
 * Parse the logs of a shard: any number of times, in any order, on any machine, killed anywhere. Rows are written as they come out of the
 * parser, with what they claim; who may have which id is settled when all shards are put together.
 */
async function parseShard(
  home: RunHome,
  { plan, hash }: FrozenIngest,
  shard: number,
  options: ParseShardOptions = {},
): Promise<ParsedShard> {
  if (!Number.isInteger(shard) || shard < 0 || shard >= plan.shards)
    throw new TracewrightError('usage', `Cannot make shard ${shard}: the plan of '${home.place}' has shards 0 to ${plan.shards - 1}`)
  const before = await readMarker<ParsedMarker>(home, shard)
  if (before !== null) return outcomeOf(before, 'done before')
  const units = await unitsOfShard(home, plan, shard)
  const roots = await rootsHere(plan)
  refuseChangedLogs(units, roots)
  const attempt = new Attempt(home, shard)
  options.onAttempt?.(attempt.name)
  const sources = roots.map(root => new Source(root))
  try {
    const counts = await parse(attempt, plan, units, sources, options)
    if (counts === null) return { shard, outcome: 'stopped', units: 0, rows: 0, rejects: 0 }
    const batches = { bytes: statSync(join(attempt.path, BATCHES)).size, sha256: await sha256Of(join(attempt.path, BATCHES)) }
    await attempt.send([BATCHES])
    const names = { layout: 1 as const, shard, attempt: attempt.name, plan: hash }
    const marker = await commitMarker<ParsedMarker>(home, { ...names, ...counts, batches, finished_at: new Date().toISOString() })
    return outcomeOf(marker, marker.attempt === attempt.name ? 'done' : 'lost')
  } finally {
    for (const source of sources) source[Symbol.dispose]()
    attempt[Symbol.dispose]()
  }
}

/** Parse one shard of the logs that were planned in a home; throws where there is no plan. */
export async function ingestShard(place: string, shard: number, options: ParseShardOptions = {}): Promise<ParsedShard> {
  refuseUnknownOptions(options, PARSE_OPTIONS, 'ingestShard')
  const home = openHome(place)
  return parseShard(home, await ingestPlanOf(home), shard, options)
}

/** File of an attempt that says what was parsed, a batch a line. */
export const BATCHES = 'batches.jsonl'

/** Hash of a file. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream('', { fd: openToRead(path) })) hash.update(bytes)
  return hash.digest('hex')
}

type Counts = Pick<ParsedMarker, 'units' | 'rows' | 'rejects' | 'bytes'>

/** Parse units into the files of an attempt; null: it was stopped. */
async function parse(
  attempt: Attempt,
  plan: IngestPlan,
  units: readonly ListedUnit[],
  sources: readonly Source[],
  { workers, heapMB, stop }: ParseShardOptions,
): Promise<Counts | null> {
  const { options, codec } = plan
  const states = units.map(({ root, unit }) => statesOf(sources[root]!.root, filesOf(unit)))
  const refs = units.map(
    ({ format, root, unit }): UnitToStage => ({ format: formatNamed(format), source: sources[root]!, unit, resumeAs: null }),
  )
  const stage = {
    parse: { branches: options.branches, context: options.context },
    compat: options.compat !== null,
    recursive: options.recursive,
    store: null,
    shape: { form: stageFormOf(codec)!, types: storeTypesOf(options) },
    facts: true,
  }
  const counts = { units: units.length, rows: 0, rejects: 0, bytes: 0 }
  const output = openSync(join(attempt.path, BATCHES), 'w')
  using files = new StagedFiles(attempt.path)
  const pool = { files, taken: [], ...(workers === undefined ? {} : { workers }), ...(heapMB === undefined ? {} : { heapMB }) }
  let told = 0
  let next = 0
  using _output = closingFile(output)
  for await (const batch of stageUnits(refs, stage, pool)) {
    if (stop?.aborted) return null
    const names = new Map([...new Set(batch.parts.map(({ file }) => file))].map(file => [file, `rows-${String(++next).padStart(6, '0')}`]))
    const line = await lineOf(batch, names, states.slice(told, (told += batch.units.length)))
    for (const [file, name] of names) await keep(attempt, file, name)
    for (const file of batch.files) rmSync(file, { force: true }) // of threads that died
    for (const { rows, rejects, bytesRead } of line.units) {
      counts.rows += rows.length
      counts.rejects += rejects.length
      counts.bytes += bytesRead
    }
    writeAll(output, Buffer.from(`${JSON.stringify(line)}\n`))
  }
  syncFile(output)
  return stop?.aborted ? null : counts
}

async function lineOf(
  { units, parts }: StagedBatch,
  names: ReadonlyMap<string, string>,
  states: readonly FileState[][],
): Promise<ParsedBatch> {
  const files: ParsedBatch['files'] = []
  for (const [file, name] of names) files.push({ file: name, sha256: await sha256Of(file) })
  return {
    units: units.map(({ ref, staged }, i) => {
      const at = Date.now()
      const { root } = ref.source
      const seen = { others: statesOf(root, [...new Set([...staged.reads, ...staged.shared])]), guard: guardOf(root, states[i]!, at), at }
      return { ...staged, files: states[i]!, seen }
    }),
    parts: parts.map(part => ({ ...part, file: names.get(part.file)! })),
    files,
  }
}

/** Give a file of rows its name in the attempt; where the home is elsewhere, nothing of it stays here. */
async function keep(attempt: Attempt, file: string, name: string): Promise<void> {
  const path = join(attempt.path, name)
  renameSync(file, path)
  if (!attempt.isElsewhere) return
  await attempt.send([name])
  rmSync(path)
}

/** Rows say where their logs lie, so that logs of storage have to lie at one place on all machines. */
async function rootsHere({ logs, roots }: IngestPlan): Promise<string[]> {
  if (logs === null) return roots
  const folder = realpathSync((await stageLogsHere(logs)).folder)
  if (roots.every(root => root === folder)) return roots
  throw new TracewrightError(
    'usage',
    `Cannot make a shard: logs of '${logs}' are brought to '${folder}' here, and to '${roots[0]}' where it was planned`,
    {
      hint: 'Set TRACEWRIGHT_SCRATCH to the same folder on all machines',
    },
  )
}

/** Throws where a log is not what it was when the shards were planned: the rows of one store would be of different times. */
function refuseChangedLogs(units: readonly ListedUnit[], roots: readonly string[]): void {
  const looked = new Set<string>()
  for (const { root, unit, files } of units) {
    const name = `${root}\n${unit.files.join('\n')}`
    if (looked.has(name)) continue
    looked.add(name)
    const now = tagsOf(roots[root]!, filesOf(unit))
    if (JSON.stringify(now) === JSON.stringify(files)) continue
    const path = join(roots[root]!, unit.files[0]!)
    throw new TracewrightError(
      'seed',
      `Cannot make a shard: '${path}' has ${now.length === 0 ? 'gone' : 'changed'} since the shards were planned`,
      {
        hint: 'Plan again into another home; logs that still grow are read by ingest -o into the store afterwards',
      },
    )
  }
}

function outcomeOf({ shard, units, rows, rejects }: ParsedMarker, outcome: ParsedShard['outcome']): ParsedShard {
  return { shard, outcome, units, rows, rejects }
}
