import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Compat } from '../../compat.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { packageVersion } from '../../package-version.ts'
import { DatasetCreationResults } from '../results/creation-results.ts'
import { type StageRecord, writeWorkflowRecord } from './record.ts'
import type { CreateStage, StageProgress, WorkflowRunOptions } from './run-options.ts'
import type { Stage } from './stage.ts'
import type { StageBudget } from './stage-budget.ts'
import { outputBuilder, type StageSeed, stageBuilder, stageFingerprint } from './stage-builder.ts'
import { keptPath, outputOf, recordsAt } from './stage-output.ts'
import { CompositeWorkflowResults, type StageResult } from './workflow-results.ts'

/** A workflow that is to be run, checked. */
export type StagesToRun = {
  name: string
  folder: string
  stages: readonly Stage[]
  before: readonly StageRecord[]
  mode: 'never' | 'if_possible' | 'always'
  rerunFrom: number | null
  overrides: ReadonlyMap<string, string>
  compat: Compat | null
  create: CreateStage
  options: WorkflowRunOptions
  budget: StageBudget
}

/** What a stage knows of the one before. */
type Upstream = { stage: string; fingerprint: string; path: string; records: number; isNew: boolean }

/** Go through the stages, one after the other. What is done is written down before the next one begins. */
export async function runStages(work: StagesToRun): Promise<CompositeWorkflowResults> {
  const { name, folder, stages } = work
  const records: StageRecord[] = []
  const made = new Map<string, StageResult>()
  let upstream: Upstream | null = null
  let empty: string | null = null
  let isAnew = false
  let stopped: { stage: string; reason: string } | null = null
  for (const [index, stage] of stages.entries()) {
    const tell = (status: StageProgress['status'], rows: number | null = null) =>
      work.options.onStage?.({ stage: stage.name, index, count: stages.length, status, rows })
    const record = recordOf(index, stage, stages[index - 1]?.name ?? null)
    records.push(record)
    // What was known of stages behind this one holds until they are gone through.
    const save = () =>
      writeWorkflowRecord(folder, {
        name,
        library_version: packageVersion(),
        ...(work.budget.max === null ? {} : { max_cost_usd: work.budget.max }),
        stages: [...records, ...work.before.slice(index + 1).map(behind => (isAnew ? { ...behind, is_stale: true } : behind))],
      })
    if (empty !== null) {
      Object.assign(record, { status: 'skipped_empty_upstream', upstream_stage: empty })
      made.set(stage.name, { results: { status: 'skipped_empty_upstream', upstreamStage: empty }, outputPath: null })
      save()
      tell('skipped')
      continue
    }
    const run = new StageRun(work, records, upstream)
    const kept = await run.kept()
    if (kept === null) {
      isAnew = true
      save()
      tell('begins')
    }
    const began = performance.now()
    let result: StageResult & { reason: string | null }
    try {
      result = kept ?? (await run.make())
      if (result.reason === null) await run.handOn(result)
    } catch (error) {
      Object.assign(record, { status: 'failed', reason: messageOf(error), duration_sec: secondsSince(began) })
      save()
      throw error
    }
    if (kept === null) record.duration_sec = secondsSince(began)
    if (result.reason !== null) {
      Object.assign(record, { status: 'failed', reason: result.reason })
      save()
      stopped = { stage: stage.name, reason: result.reason }
      tell('stopped')
      break
    }
    save()
    made.set(stage.name, result)
    upstream = run.asUpstream(kept === null)
    if (upstream.records === 0) empty = stage.name
    tell(kept === null ? 'done' : 'kept', upstream.records)
  }
  return new CompositeWorkflowResults({ name, path: folder, finalStageName: stages.at(-1)!.name, stopped, stages: made })
}

/** One stage: kept as it is, or made. */
class StageRun {
  private readonly work: StagesToRun
  private readonly stage: Stage
  private readonly index: number
  private readonly record: StageRecord
  /** All stages that have run, now or before: each may have spent something. */
  private readonly all: readonly StageRecord[]
  private readonly upstream: Upstream | null
  private readonly prior: StageRecord | null
  private readonly builder
  private readonly numRecords: number | null
  private readonly fingerprint: string
  private output = ''

  /** The last of the records is its own. */
  constructor(work: StagesToRun, records: readonly StageRecord[], upstream: Upstream | null) {
    const [index, record] = [records.length - 1, records.at(-1)!]
    this.work = work
    this.index = index
    this.stage = work.stages[index]!
    this.record = record
    const dirs = new Set(records.map(({ stage_dir }) => stage_dir))
    this.all = [...records, ...work.before.filter(({ stage_dir }) => !dirs.has(stage_dir))]
    this.upstream = upstream
    const prior = work.before[index]
    this.prior = prior?.name === this.stage.name && prior.stage_dir === record.stage_dir ? prior : null
    this.builder = stageBuilder(this.stage, upstream === null ? null : this.seedAt(keptPath(work.folder, upstream.path)))
    this.numRecords = this.stage.numRecords ?? upstream?.records ?? null
    this.fingerprint = stageFingerprint(this.stage, this.builder, this.numRecords, upstream?.fingerprint ?? null)
    Object.assign(record, { fingerprint: this.fingerprint, num_records_requested: this.numRecords })
    if (this.prior?.spent_before_usd !== undefined) record.spent_before_usd = this.prior.spent_before_usd
    Object.assign(record, {
      seeded_from_stage: upstream?.stage ?? null,
      seed_path: upstream === null ? null : keptPath(work.folder, upstream.path),
    })
    if (this.isForced && this.prior !== null) record.is_stale = true
  }

  /** The stage as it is there, where it is what would be made; null: it is to be made. Throws where it was to be there. */
  async kept(): Promise<(StageResult & { reason: null }) | null> {
    const { mode, overrides } = this.work
    const isAsBefore = this.prior?.fingerprint === this.fingerprint && !this.isForced
    const isDone = this.prior?.status === 'completed' || this.prior?.status === 'completed_empty'
    const isHandedOnAnew = this.stage.onSuccess !== null && this.stage.onSuccessVersion === null
    if (isAsBefore && isDone && !isHandedOnAnew && RunFolder.isRun(this.path)) {
      const output = resolve(this.work.folder, this.prior!.output_seed_path ?? '')
      if (
        overrides.has(this.stage.name) ||
        (await recordsAt(output).then(
          () => true,
          () => false,
        ))
      ) {
        Object.assign(this.record, this.prior)
        return {
          results: this.resultsAt(this.stage.outputProcessors.length > 0 ? this.outputPath : this.path),
          outputPath: output,
          reason: null,
        }
      }
    }
    const isBegun = isAsBefore && (this.prior?.status === 'running' || this.prior?.status === 'failed' || isDone)
    if (mode === 'always' && !isBegun && !this.isForced)
      throw new TracewrightError(
        'usage',
        `Cannot resume workflow '${this.work.name}': stage '${this.stage.name}' is not there as it would be made`,
        {
          hint: "Run it with resume 'if_possible': what cannot be kept is made anew",
        },
      )
    return null
  }

  /** Make the stage, or go on with it. `reason`: why it stopped before it was done. */
  async make(): Promise<StageResult & { reason: string | null }> {
    const { stage, work, path } = this
    // Whoever wants it again wants other replies, too.
    if (this.index === work.rerunFrom && RunFolder.isRun(path)) this.takeAway()
    const usedUp = this.asksModels ? work.budget.usedUp(this.all) : null
    if (usedUp !== null) return { results: this.resultsAt(path), outputPath: null, reason: usedUp }
    const before = new RunFolder(path).readManifest()
    const anew = before !== null && (this.isForced || isFewer(this.numRecords, before.target.num_records))
    const own = await work.create(this.builder, this.createOptions(path, before !== null, this.numRecords), anew)
    if (own.manifest.status !== 'complete')
      return { results: own, outputPath: null, reason: work.budget.usedUp(this.all) ?? own.manifest.reason ?? 'It was stopped' }
    this.record.num_records_actual = own.manifest.rows
    let processed: DatasetCreationResults | null = null
    if (stage.outputProcessors.length > 0 && own.manifest.rows > 0) {
      const builder = outputBuilder(stage, this.seedAt(this.record.stage_dir))
      const there = new RunFolder(this.outputPath).readManifest() !== null
      processed = await work.create(builder, this.createOptions(this.outputPath, there, 'all'), there)
      if (processed.manifest.status !== 'complete')
        return { results: own, outputPath: null, reason: processed.manifest.reason ?? 'It was stopped' }
    }
    const output = stage.onSuccess === null ? outputOf(stage, own, processed) : resolve(await stage.onSuccess(resolve(path)))
    return { results: processed ?? own, outputPath: output, reason: null }
  }

  /** Take the run away, and note what it has cost: that stays spent. */
  private takeAway(): void {
    const { record, work, path } = this
    const cost = work.budget.runCost(record)
    if (cost !== null && cost > 0) record.spent_before_usd = (record.spent_before_usd ?? 0) + cost
    rmSync(path, { recursive: true, force: true })
  }

  /** Write down what is handed on. Throws where it is nothing, and that is not allowed. */
  async handOn(result: StageResult): Promise<void> {
    const { stage, record, work } = this
    this.output = work.overrides.get(stage.name) ?? result.outputPath!
    result.outputPath = this.output
    record.output_records = await recordsAt(this.output)
    record.output_seed_path = keptPath(work.folder, this.output)
    record.status = record.output_records === 0 ? 'completed_empty' : 'completed'
    delete record.is_stale
    if (record.output_records > 0 || stage.allowEmpty) return
    throw new TracewrightError('seed', `Cannot go on behind stage '${stage.name}': it gave no rows`, {
      where: this.path,
      hint: 'Look at its failures (tracewright status), or set allow_empty where that may be',
    })
  }

  /** What the next stage knows of this one. */
  asUpstream(isMade: boolean): Upstream {
    const { stage, fingerprint, output, record, work } = this
    const isNew = isMade || work.overrides.has(stage.name)
    return { stage: stage.name, fingerprint, path: output, records: record.output_records!, isNew }
  }

  /** Whether rows are made again although nothing of the stage itself has changed. */
  private get isForced(): boolean {
    const { rerunFrom } = this.work
    return (this.upstream?.isNew ?? false) || this.prior?.is_stale === true || (rerunFrom !== null && this.index >= rerunFrom)
  }

  /** Whether it can cost anything. */
  private get asksModels(): boolean {
    return this.builder.columns.some(column => column.modelAliases.length > 0)
  }

  private get path(): string {
    return join(this.work.folder, this.record.stage_dir)
  }

  private get outputPath(): string {
    return join(this.path, 'output-processors')
  }

  private seedAt(path: string): StageSeed {
    return { folder: this.work.folder, path, compat: this.work.compat }
  }

  private resultsAt(path: string): DatasetCreationResults {
    return new DatasetCreationResults(path, this.builder, { seedColumns: this.builder.seedConfig?.source.columns ?? [], standIns: [] })
  }

  private createOptions(path: string, resume: boolean, numRecords: number | 'all' | null): Parameters<CreateStage>[1] {
    const { options, budget } = this.work
    // What was said of money before holds no longer where another budget is named, or none.
    const isLimited = this.asksModels && (budget.max !== null || options.maxCostUSD !== undefined)
    const maxCostUSD = isLimited ? budget.shareOf(this.record, this.all) : undefined
    const { errorRate, prices, partRows, stop, signal, onProgress, onEvent } = options
    const { name } = this.stage
    return {
      path,
      datasetName: name,
      resume,
      ...(numRecords === null ? {} : { numRecords }),
      ...(this.stage.numRecords === null || this.upstream === null ? {} : { repeatSeed: true }),
      ...(errorRate === undefined ? {} : { errorRate }),
      ...(prices === undefined ? {} : { prices }),
      ...(maxCostUSD === undefined ? {} : { maxCostUSD }),
      ...(partRows === undefined ? {} : { partRows }),
      ...(stop === undefined ? {} : { stop }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: progress => onProgress(progress, name) }),
      ...(onEvent === undefined ? {} : { onEvent: event => onEvent(event, name) }),
    }
  }
}

function recordOf(index: number, { name, output, allowEmpty }: Stage, before: string | null): StageRecord {
  const stage_dir = `stage-${index}-${name}`
  return { index, name, stage_dir, depends_on: before === null ? [] : [before], output, allow_empty: allowEmpty, status: 'running' }
}

function isFewer(wanted: number | null, before: number | null): boolean {
  return wanted !== null && (before === null || wanted < before)
}

function secondsSince(began: number): number {
  return Math.round(performance.now() - began) / 1000
}
