import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ErrorKind, TracewrightError } from '../../errors.ts'
import type { RolloutFormat, Unit } from '../../rollout/format.ts'
import { Ledger } from '../../rollout/log/ledger.ts'
import { toldOf } from '../../rollout/log/neighbours.ts'
import { usedExtensions } from '../use-extensions.ts'
import { batchesOf, isLittle } from './batches.ts'
import { FileSizes } from './file-sizes.ts'
import { refuseForeign } from './own-formats.ts'
import type { Answer, Task, ThreadData } from './stage-worker.ts'
import type { StagedFiles, StagedPart } from './staged-rows.ts'
import { type StagedUnit, type StageOptions, Stager, type UnitToStage } from './stager.ts'

/** How many threads parse, and where rows wait. */
export type PoolOptions = {
  workers?: number // default: one per core, this one alone where there is little to do; 1 parses in this thread
  files: StagedFiles // where rows wait
  taken: readonly string[] // ids that rows have claimed, to which more are added as batches are given
  heapMB?: number // of each thread; beyond it the unit it is at is rejected
  sizes?: FileSizes // of files of the units, as far as they are known
}

/** Units that were parsed together, in their order, and their rows, one part after the other. The files belong to whoever is given the batch. */
export type StagedBatch = { units: { ref: StagedRef; staged: StagedUnit }[]; parts: StagedPart[]; files: string[] }

/** A unit that was parsed, here or elsewhere. */
export type StagedRef = { format: RolloutFormat; source: { readonly root: string }; unit: Unit }

/** So many bytes of rows may wait for a unit that comes before them and is not finished. */
const MAX_WAITING_BYTES = 512 << 20

/** From this size on a row leaves much behind in the thread that made it. */
const LARGE_ROW_BYTES = 16 << 20

/** Records live shortly: more room for them takes memory in every thread and saves little time. */
const YOUNG_MB = 32

type Batch = {
  refs: UnitToStage[]
  answers: StagedUnit[] // of those that were not lost, in their order
  lost: Map<UnitToStage, StagedUnit> // what a thread died of
  parts: StagedPart[]
  files: string[]
  finished: boolean
  failure: Error | null
}

/** Parse units on several threads. Batches come in the order of the units, whichever is finished first. */
export async function* stageUnits(refs: readonly UnitToStage[], stage: StageOptions, options: PoolOptions): AsyncIterable<StagedBatch> {
  const { sizes = new FileSizes() } = options
  const workers = options.workers ?? (options.heapMB === undefined && isLittle(refs, sizes) ? 1 : availableParallelism())
  const batches = batchesOf(refs, sizes)
  yield* workers <= 1 ? stageHere(batches, stage, options) : new Pool(batches, stage, workers, options, neighboursOf(refs)).run()
}

async function* stageHere(
  batches: Iterable<UnitToStage[]>,
  stage: StageOptions,
  { files, taken }: PoolOptions,
): AsyncIterable<StagedBatch> {
  const ids = new Set<string>()
  let told = 0
  for (const batch of batches) {
    for (; told < taken.length; told++) ids.add(taken[told]!)
    yield await stageBatch(batch, files.next(), stage, ids)
  }
}

/** A batch, parsed in this thread: what it was staged with is let go before it is passed on. */
async function stageBatch(batch: readonly UnitToStage[], file: string, stage: StageOptions, ids: Set<string>): Promise<StagedBatch> {
  using stager = new Stager(file, stage, ids)
  const units: StagedBatch['units'] = []
  for (const ref of batch) units.push({ ref, staged: await stager.stage(ref) })
  return { units, parts: await stager.finish(), files: [file] }
}

/** What is known of the logs below each root. */
function neighboursOf(refs: readonly UnitToStage[]): ThreadData['neighbours'] {
  const sources = new Set(refs.map(({ source }) => source))
  return new Map([...sources].map(source => [source.root, toldOf(source)]))
}

class Pool {
  private readonly batches: Iterator<UnitToStage[]>
  private readonly stage: StageOptions
  private readonly files: StagedFiles
  private readonly taken: readonly string[]
  private readonly workers: number
  private readonly heapMB: number | undefined
  private readonly neighbours: ThreadData['neighbours']
  private readonly threads = new Set<Thread>()
  private readonly waiting: Batch[] = [] // in order; the first is given next
  private wake: () => void = () => {}
  private running = 0
  private readonly idle: Thread[] = []

  constructor(
    batches: Iterable<UnitToStage[]>,
    stage: StageOptions,
    workers: number,
    { files, heapMB, taken }: PoolOptions,
    neighbours: ThreadData['neighbours'],
  ) {
    this.neighbours = neighbours
    this.batches = batches[Symbol.iterator]()
    this.stage = stage
    this.workers = workers
    this.files = files
    this.taken = taken
    this.heapMB = heapMB
  }

  async *run(): AsyncIterable<StagedBatch> {
    try {
      for (;;) {
        this.dispatch()
        const first = this.waiting[0]
        if (first === undefined) return
        if (first.failure !== null) throw first.failure
        if (!first.finished) {
          await new Promise<void>(wake => {
            this.wake = wake
          })
          continue
        }
        this.waiting.shift()
        const answers = first.answers.values()
        const units = first.refs.map(ref => ({ ref, staged: first.lost.get(ref) ?? answers.next().value! }))
        yield { units, parts: first.parts, files: first.files }
      }
    } finally {
      for (const thread of this.threads) thread.onDeath = () => {}
      await Promise.all([...this.threads].map(thread => thread.worker.terminate()))
    }
  }

  /** Give every idle thread a batch, as long as not too much waits. */
  private dispatch(): void {
    while (this.running < this.workers && this.waitingBytes() < MAX_WAITING_BYTES) {
      const next = this.batches.next()
      if (next.done) return
      const batch: Batch = { refs: next.value, answers: [], lost: new Map(), parts: [], files: [], finished: false, failure: null }
      this.waiting.push(batch)
      this.running++
      this.work(batch)
    }
  }

  private waitingBytes(): number {
    let bytes = 0
    for (const { parts } of this.waiting) for (const part of parts) bytes += part.bytes
    return bytes
  }

  /** Have a thread do a batch, but for the units that others have died of. */
  private work(batch: Batch): void {
    const file = this.files.next()
    const refs = batch.refs.filter(ref => !batch.lost.has(ref))
    batch.files.push(file)
    batch.answers = []
    const thread = this.idle.pop() ?? this.startThread()
    thread.onAnswer = answer => {
      if ('units' in answer) return void batch.answers.push(...answer.units)
      if ('failed' in answer) batch.failure = new TracewrightError(answer.failed.kind as ErrorKind, answer.failed.message)
      else batch.parts = answer.parts
      this.finish(batch)
      if (largestRow(batch) < LARGE_ROW_BYTES) this.rest(thread)
      else this.release(thread)
    }
    // The unit a thread was at is what it died of; all others are done again by a new thread, for their rows died with it.
    thread.onDeath = error => {
      this.threads.delete(thread)
      if (!thread.hasStarted) {
        batch.failure = cannotStart(error)
        this.finish(batch)
        return
      }
      const culprit = refs[Atomics.load(thread.at, 0)]!
      batch.lost.set(culprit, lostUnit(culprit, error))
      if (batch.lost.size < batch.refs.length) return this.work(batch)
      batch.answers = []
      this.finish(batch)
    }
    refuseForeign(refs)
    const units = refs.map(({ format, source, unit, resumeAs }) => ({ format: format.name, root: source.root, unit, resumeAs }))
    Atomics.store(thread.at, 0, 0)
    thread.worker.postMessage({ file, taken: this.taken.slice(thread.told), units } satisfies Task)
    thread.told = this.taken.length
  }

  private finish(batch: Batch): void {
    batch.finished = true
    this.running--
    this.wake()
  }

  /** A thread that has nothing to do. What it dies of now, e.g. what a format left behind in it, is no log's fault, and it is given no more. */
  private rest(thread: Thread): void {
    this.idle.push(thread)
    thread.onDeath = () => {
      this.threads.delete(thread)
      this.idle.splice(this.idle.indexOf(thread), 1)
    }
  }

  /** A thread that held a large row keeps its memory; a new one costs less than that. */
  private release(thread: Thread): void {
    thread.onDeath = () => {}
    this.threads.delete(thread)
    void thread.worker.terminate()
  }

  private startThread(): Thread {
    const thread = new Thread(this.stage, this.heapMB, this.neighbours)
    this.threads.add(thread)
    return thread
  }
}

class Thread {
  readonly worker: Worker
  readonly at = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) // the number of the unit it is at
  hasStarted = false
  told = 0 // how many of the ids that are taken it knows
  onAnswer: (answer: Exclude<Answer, { ready: true }>) => void = () => {}
  onDeath: (error: NodeJS.ErrnoException) => void = () => {}

  constructor(stage: StageOptions, heapMB: number | undefined, neighbours: ThreadData['neighbours']) {
    // Node runs the sources as they are; the emitted package has them as JavaScript.
    const program = new URL(import.meta.url.endsWith('.ts') ? './stage-worker.ts' : './stage-worker.js', import.meta.url)
    this.worker = new Worker(program, {
      workerData: { stage, extensions: usedExtensions(), at: this.at, neighbours } satisfies ThreadData,
      ...withoutText(process.execArgv),
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, ...(heapMB === undefined ? {} : { maxOldGenerationSizeMb: heapMB }) },
    })
    this.worker.on('message', (text: string) => {
      const answer = JSON.parse(text) as Answer
      if ('ready' in answer) this.hasStarted = true
      else this.onAnswer(answer)
    })
    this.worker.on('error', error => this.die(error as NodeJS.ErrnoException))
    this.worker.on('exit', code => this.die(new Error(`the thread ended with code ${code}`)))
  }

  private die(error: NodeJS.ErrnoException): void {
    const tell = this.onDeath
    this.onDeath = () => {}
    tell(error)
  }
}

/** A thread that cannot be started is no fault of a log. */
function cannotStart(cause: Error): TracewrightError {
  return new TracewrightError('defect', `Cannot start a thread to parse logs: ${cause.message}`, {
    hint: 'Parse in one thread (--workers 1)',
    cause,
  })
}

/**
 * What Node was started with, but for a program that was given as text: a thread has a program of its own. Where there is none, nothing is
 * said, and the thread has all: what is said may hold no setting of the engine, though threads have those of their process.
 */
function withoutText(given: readonly string[]): { execArgv?: string[] } {
  const left = given.filter(
    (arg, i) => !/^(?:--input-type|--eval|--print|-[ep]+$)/.test(arg) && !/^(?:--eval|--print|-[ep]+)$/.test(given[i - 1] ?? ''),
  )
  return left.length === given.length ? {} : { execArgv: left }
}

function largestRow({ answers }: Batch): number {
  let largest = 0
  for (const { rows } of answers) for (const { bytes } of rows) largest = Math.max(largest, bytes)
  return largest
}

function lostUnit({ format, source, unit }: UnitToStage, error: NodeJS.ErrnoException): StagedUnit {
  const bytes = unit.files.reduce((sum, file) => sum + (source.facts(file)?.size ?? 0), 0)
  const why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it takes more memory than a thread may have' : error.message
  return {
    ledger: new Ledger({ ...unit, bytes }).summary([]),
    rejects: [{ at: unit.key, reason: `Cannot parse ${format.title} log: ${why}` }],
    failed: true,
    bytesRead: 0,
    resumed: false,
    rows: [],
    changes: { replacedSurrogates: 0, mistyped: 0 },
    reads: [],
    shared: [],
    absent: [],
  }
}
