import { join } from 'node:path'
import { AskedCells } from '../../dataset/run/asked-cells.ts'
import type { RunFolder } from '../../dataset/run/folder.ts'
import { RunPictures } from '../../dataset/run/pictures.ts'
import { RunRejects } from '../../dataset/run/rejects.ts'
import { messageOf } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import { repeatsSentence } from '../../seed/draw.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { configAsRun } from '../config/config-as-run.ts'
import { type Engine, openEngine, runMode } from '../engine.ts'
import { sentenceOf } from '../plan/config-problems.ts'
import { planJSON } from '../plan/plan-json.ts'
import { refuseBadReplies } from '../replies/refuse-bad-replies.ts'
import { type OnPaid, ReplyLog } from '../replies/reply-log.ts'
import { acceptance } from '../rows/accept.ts'
import { bySeedRow, keyOf } from '../rows/by-seed-row.ts'
import { ErrorRate } from '../rows/error-rate.ts'
import { type RunOptions, type RunOutcome, run } from '../rows/run.ts'
import { Budget } from './budget.ts'
import { CellCalls } from './cell-calls.ts'
import type { CreateSettings } from './create-options.ts'
import { Demand } from './demand.ts'
import { drawRest } from './draw-rest.ts'
import { isWanted } from './is-wanted.ts'
import { RetryFilter, seedRowOf } from './retry-filter.ts'
import { RunJournal } from './run-journal.ts'
import { RunPulses } from './run-pulse.ts'
import type { RunStart } from './run-start.ts'
import { RunStop } from './run-stop.ts'
import { verdict } from './run-verdict.ts'
import { RunWatch } from './run-watch.ts'
import { openTracing, type Tracing } from './tracing.ts'

/** One session of a run: from where the folder says it is, to its target or a reason to stop. */
export class Creation {
  private readonly builder: DataDesignerConfigBuilder
  private readonly settings: CreateSettings
  private readonly folder: RunFolder
  private readonly start: RunStart
  private readonly budget: Budget
  private readonly errors: ErrorRate
  private readonly watch: RunWatch
  private readonly stop: RunStop
  private readonly abort: AbortSignal
  /** Where rows are taken no further, as when one cannot be written, nothing more is started, and nobody waits for what would be. */
  private readonly left = () => this.stop.reached()

  constructor(builder: DataDesignerConfigBuilder, settings: CreateSettings, folder: RunFolder, start: RunStart) {
    this.builder = builder
    this.settings = settings
    this.folder = folder
    this.start = start
    this.budget = new Budget(builder, settings.providers, start.manifest)
    this.errors = new ErrorRate(settings.errorRate)
    this.watch = new RunWatch(settings, new RunPulses(folder.progress))
    this.abort = settings.signal ?? new AbortController().signal
    this.stop = new RunStop(settings.stop, this.abort)
  }

  /** Run to the target, or until something says stop. The folder is whole whenever this ends, and however. */
  async run(): Promise<void> {
    using _stop = this.stop
    this.budget.requirePrices()
    const tracing = await openTracing()
    await tracing.run(this.start.manifest.dataset_name, () => this.session(tracing))
  }

  private async session(tracing: Tracing): Promise<void> {
    const { folder, builder, stop, abort } = this
    const { manifest } = this.start
    const isFresh = folder.readManifest() === null
    folder.make()
    const { earlier } = this.settings
    const onPaid: OnPaid = (asker, reply) => {
      this.budget.bill.replied(asker, reply)
      this.budget.heed(stop)
    }
    const replies = new ReplyLog(folder.cells, { earlier, onPaid })
    let engine: Engine | null = null
    const calls = new CellCalls(folder.asked, alias => engine!.models.get(alias))
    try {
      engine = await openEngine(builder, {
        ...this.settings,
        signal: stop.signal,
        store: replies,
        ...this.settings.engine,
        checkModels: !stop.signal.aborted && this.settings.engine?.checkModels !== false, // e.g. since the budget was used up before
        observer: { ...tracing.observer, replied: onPaid },
        // Waits end when the run is stopped; a call that is under way is paid for, so it goes on until the run is aborted.
        callSignal: abort,
      })
      const pictures = new RunPictures(folder.path, engine.seed?.run ?? null)
      const options = this.runOptions(engine, calls, tracing, pictures)
      const accept = manifest.target.accept
      if (accept !== null) options.accepts = acceptance(accept, engine.plan, options.mode)
      await this.fill(engine, { replies, calls, pictures }, options)
    } finally {
      await engine?.[Symbol.asyncDispose]()
      replies[Symbol.dispose]()
      calls[Symbol.dispose]()
      if (isFresh && folder.readManifest() === null) folder.removeEmptyRun()
    }
  }

  private async fill(engine: Engine, { replies, calls, pictures }: Books, options: RunOptions): Promise<void> {
    const { folder, settings, start, stop, watch } = this
    const { manifest } = start
    const needsAll = engine.plan.columns.some(column => column.open(options.mode).kind === 'table')
    // A step over all rows would see only those that failed; what did not fail has its replies.
    const retry = settings.retryFailed && !needsAll ? new RetryFilter(RunRejects.read(folder, manifest)) : null
    if (retry !== null) await refuseBadReplies(replies, new AskedCells(folder.asked), RunRejects.read(folder, manifest))
    const journal = new RunJournal(folder, manifest, {
      fromRollouts: this.builder.seedConfig?.source.seedType === 'agent_rollout',
      partRows: settings.partRows ?? 1000,
      onPart: ({ file, rows }) => {
        watch.event({ type: 'part', file, rows })
        settings.onBatchComplete?.(join(folder.parts(), file))
      },
    })
    folder.writeWhole(folder.config, configAsRun(this.builder))
    folder.writeWhole(folder.plan, planJSON(engine.plan))
    if (needsAll) journal.beginAgain()
    watch.begin({
      manifest,
      models: engine.models,
      bill: this.budget.bill,
      size: engine.size,
      columns: engine.plan.columns.map(({ name }) => name),
      retry,
      rejects: RunRejects.read(folder, manifest),
    })
    const warnings = engine.plan.warnings.filter(({ column }) => column === null).map(sentenceOf)
    for (const text of [...settings.runConfig.warnings, ...warnings, ...start.notes]) watch.event({ type: 'note', text })
    const saveBill = () => folder.writeWhole(folder.usage, this.budget.bill.summary() as unknown as Json)
    const save = async (...dealtWith: Parameters<RunJournal['commit']>) => {
      await replies.sync()
      await calls.sync()
      saveBill()
      await journal.commit(...dealtWith)
    }
    try {
      this.budget.heed(stop)
      const asking = { onEstimate: settings.onEstimate, emptyBill: () => this.budget.emptyBill(), stop: stop.signal }
      const isAsked = retry !== null || (await isWanted(engine, options, manifest, asking))
      // Behind the estimate: what that tried is no cell's.
      using _ = engine.models.observe(calls)
      watch.startClock()
      if (!isAsked) stop.because('Not wanted after the estimate')
      else
        await (retry === null ? this.forward(engine, options, journal, save, needsAll) : this.again(engine, options, journal, save, retry))
      pictures.adopt()
      const known = { hasSeed: engine.hasSeed, isRetry: retry !== null, isSeedUsedUp: start.wasComplete }
      await journal.end(() => verdict(manifest, { stopped: stop.reason, ...known }))
    } catch (error) {
      await journal.end(() => ['stopped', messageOf(error)])
      throw error
    } finally {
      saveBill()
      journal[Symbol.dispose]()
      watch.end(manifest)
    }
    this.abort.throwIfAborted()
  }

  /** Make rows that are not dealt with yet. */
  private async forward(
    engine: Engine,
    options: RunOptions,
    journal: RunJournal,
    save: RunJournal['commit'],
    needsAll: boolean,
  ): Promise<void> {
    const { manifest } = journal
    const { target } = manifest
    const isExact = target.accept !== null
    const counts = isExact && !engine.plan.columns.some(column => column.allowResize) && !needsAll
    const demand = counts ? new Demand(() => (target.num_records ?? Infinity) - journal.rows) : null
    this.stop.signal.addEventListener('abort', () => demand?.end(), { once: true })
    const rest = drawRest(engine, manifest, {
      demand,
      stop: this.stop.signal,
      onRow: () => this.watch.count('drawn'),
      onThing: () => this.watch.thing(),
      onAgain: repeats => {
        manifest.seed_rows = repeats.rows
        this.watch.event({ type: 'note', text: repeatsSentence(repeats) })
      },
    })
    let position = manifest.drawn - 1
    let isWhole = false
    try {
      const made = run(engine.plan, rest.outcomes, { ...options, onLeft: this.left, first: manifest.drawn })
      for await (const group of bySeedRow(made, engine.plan, needsAll)) {
        if (group.some(outcome => this.isCancelled(outcome))) break
        if (journal.isDue) await save(rest.until(position + 1))
        if (!isExact && keyOf(group[0]!) !== null) this.watch.count('done')
        position = group[0]!.position
        for (const outcome of group) {
          if (isExact && journal.rows >= target.num_records!) continue
          const accepted = this.take(outcome, journal)
          demand?.settled(accepted)
          if (isExact && accepted) this.settings.onAccepted?.({ drawn: position + 1, ...journal.counts })
        }
        if (isExact && journal.rows >= target.num_records!) {
          this.stop.reached()
          break
        }
      }
      isWhole = !this.stop.signal.aborted
    } finally {
      // Also when the seed cannot be read any further: what was made before is safe.
      await save(rest.until(isWhole ? Infinity : position + 1))
    }
  }

  /** Make the rows again that failed. They follow the others. */
  private async again(
    engine: Engine,
    options: RunOptions,
    journal: RunJournal,
    save: RunJournal['commit'],
    retry: RetryFilter,
  ): Promise<void> {
    const { manifest } = journal
    const { drawn, drawn_rows, target } = manifest
    const { outcomes } = drawRest(
      engine,
      { ...manifest, drawn: 0, target: { ...target, num_records: drawn_rows, accept: null } },
      { demand: null, stop: this.stop.signal, onRow: () => {} },
    )
    try {
      const made = run(engine.plan, outcomes, { ...options, onLeft: this.left, only: retry.rows })
      for await (const group of bySeedRow(made, engine.plan, false)) {
        if (group.some(outcome => this.isCancelled(outcome))) break
        if (journal.isDue) await save({ drawn, drawn_rows }, retry.left())
        if (target.accept !== null && journal.rows >= target.num_records!) break
        this.watch.count('done')
        for (const outcome of group) {
          const key = keyOf(outcome)
          if (key === null || !retry.wants(key)) continue
          this.take(outcome, journal, retry)
          retry.done(seedRowOf(key))
        }
      }
    } finally {
      await save({ drawn, drawn_rows }, retry.left())
    }
  }

  /** Put an outcome where it belongs. True: it is a row that counts. */
  private take(outcome: RunOutcome, journal: RunJournal, retry: RetryFilter | null = null): boolean {
    if ('failure' in outcome) {
      const { failure } = outcome
      if (retry === null) journal.fail(failure)
      else retry.failed(failure)
      if (failure.kind === 'skipped') return false
      this.errors.failed(failure)
      this.watch.count('failed')
      this.watch.event({ type: 'failure', failure })
      if (this.errors.reason !== null) this.stop.because(this.errors.reason)
      return false
    }
    this.errors.succeeded()
    if (outcome.accepted) journal.add(outcome.row, outcome.artifacts)
    else journal.decline()
    this.watch.count(outcome.accepted ? 'rows' : 'declined')
    if (outcome.accepted && this.start.manifest.target.accept !== null) this.watch.count('done')
    return outcome.accepted
  }

  private isCancelled(outcome: RunOutcome): boolean {
    return this.stop.signal.aborted && 'failure' in outcome && outcome.failure.kind === 'cancelled'
  }

  private runOptions(engine: Engine, calls: CellCalls, tracing: Tracing, pictures: RunPictures): RunOptions {
    return {
      seed: this.start.manifest.seed,
      ...runMode(this.settings),
      pictures,
      signal: this.stop.signal,
      ...engine.shared,
      onCell: (column, ok, row) => {
        this.watch.cell(column, ok)
        if (ok) calls.made(column, row)
      },
      ...(tracing.aroundCell === null ? {} : { aroundCell: tracing.aroundCell }),
      askedOf: (column, row) => calls.of(column, row),
    }
  }
}

/** What is kept beside the rows: what models were asked, and pictures. */
type Books = { replies: ReplyLog; calls: CellCalls; pictures: RunPictures }
