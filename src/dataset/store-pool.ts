import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ErrorKind, TracewrightError } from '../errors.ts'
import type { UnitRef } from '../rollout/find.ts'
import { Ledger } from '../rollout/ledger.ts'
import { type StagedUnit, type StageOptions, Stager } from './store-stage.ts'
import type { Answer, Task } from './store-worker.ts'

/** How many threads parse, and where rows wait. */
export type PoolOptions = {
  workers?: number // default: one per core; 1 parses in this thread
  folder: string // rows wait in files below it
  heapMB?: number // of each thread; beyond it the unit it is at is rejected
}

/** A unit with its rows, in the file where they wait until the next unit is asked for. */
export type StagedRef = { ref: UnitRef; staged: StagedUnit; file: string }

/** What names of folders begin with in which rows wait. */
export const STAGING = '.staging-'

/** A thread is asked for this many units at a time, or as many bytes of logs, whichever is less: asking costs more than a small log. */
const BATCH_UNITS = 32
const BATCH_BYTES = 4 << 20

/** So many bytes of rows may wait for a unit that comes before them and is not finished. */
const MAX_WAITING_BYTES = 512 << 20

/** From this size on a row leaves much behind in the thread that made it. */
const LARGE_ROW_BYTES = 16 << 20

/** Records live shortly: more room for them takes memory in every thread and saves little time. */
const YOUNG_MB = 32

type Batch = { refs: UnitRef[]; answers: (StagedUnit & { file: string })[]; files: string[]; finished: boolean; failure: Error | null }

/** Parse units on several threads. Results come in the order of the units, whichever is finished first. */
export async function* stageUnits(refs: Iterable<UnitRef>, stage: StageOptions, options: PoolOptions): AsyncIterable<StagedRef> {
  const workers = options.workers ?? availableParallelism()
  const folder = mkdtempSync(join(options.folder, STAGING))
  try {
    yield* workers <= 1 ? stageHere(refs, stage, folder) : new Pool(refs, stage, workers, folder, options.heapMB).run()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function* stageHere(refs: Iterable<UnitRef>, stage: StageOptions, folder: string): AsyncIterable<StagedRef> {
  const file = join(folder, 'rows')
  for (const ref of refs) {
    const stager = new Stager(file, stage)
    try {
      yield { ref, staged: await stager.stage(ref), file }
    } finally {
      stager.close()
    }
  }
}

class Pool {
  private readonly batches: Iterator<UnitRef[]>
  private readonly stage: StageOptions
  private readonly folder: string
  private readonly workers: number
  private readonly heapMB: number | undefined
  private readonly threads = new Set<Thread>()
  private readonly waiting: Batch[] = [] // in order; the first is given next
  private wake: () => void = () => {}
  private running = 0
  private files = 0
  private readonly idle: Thread[] = []

  constructor(refs: Iterable<UnitRef>, stage: StageOptions, workers: number, folder: string, heapMB: number | undefined) {
    this.batches = batchesOf(refs)[Symbol.iterator]()
    this.stage = stage
    this.workers = workers
    this.folder = folder
    this.heapMB = heapMB
  }

  async *run(): AsyncIterable<StagedRef> {
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
        for (const [i, { file, ...staged }] of first.answers.entries()) yield { ref: first.refs[i]!, staged, file }
        for (const file of first.files) rmSync(file, { force: true })
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
      const batch: Batch = { refs: next.value, answers: [], files: [], finished: false, failure: null }
      this.waiting.push(batch)
      this.running++
      this.work(batch)
    }
  }

  private waitingBytes(): number {
    let bytes = 0
    for (const { answers } of this.waiting) for (const { rows } of answers) for (const row of rows) bytes += row.length
    return bytes
  }

  /** Have a thread do what is left of a batch. */
  private work(batch: Batch): void {
    const file = join(this.folder, `rows-${++this.files}`)
    batch.files.push(file)
    const thread = this.idle.pop() ?? this.startThread()
    thread.onAnswer = answer => {
      if ('unit' in answer) return void batch.answers.push({ ...answer.unit, file })
      if ('failed' in answer) batch.failure = new TracewrightError(answer.failed.kind as ErrorKind, answer.failed.message)
      batch.finished = true
      if (largestRow(batch) < LARGE_ROW_BYTES) this.idle.push(thread)
      else this.release(thread)
      this.running--
      this.wake()
    }
    // The unit a thread was at is what it died of; the others are given to a new thread.
    thread.onDeath = error => {
      this.threads.delete(thread)
      batch.answers.push({ ...lostUnit(batch.refs[batch.answers.length]!, error), file })
      batch.finished = batch.answers.length === batch.refs.length
      if (!batch.finished) return this.work(batch)
      this.running--
      this.wake()
    }
    const units = batch.refs
      .slice(batch.answers.length)
      .map(({ format, source, unit }) => ({ format: format.name, root: source.root, unit }))
    thread.worker.postMessage({ file, units } satisfies Task)
  }

  /** A thread that held a large row keeps its memory; a new one costs less than that. */
  private release(thread: Thread): void {
    thread.onDeath = () => {}
    this.threads.delete(thread)
    void thread.worker.terminate()
  }

  private startThread(): Thread {
    const thread = new Thread(this.stage, this.heapMB)
    this.threads.add(thread)
    return thread
  }
}

class Thread {
  readonly worker: Worker
  onAnswer: (answer: Answer) => void = () => {}
  onDeath: (error: NodeJS.ErrnoException) => void = () => {}

  constructor(stage: StageOptions, heapMB: number | undefined) {
    // Node runs the sources as they are; the emitted package has them as JavaScript.
    const program = new URL(import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js', import.meta.url)
    this.worker = new Worker(program, {
      workerData: stage,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, ...(heapMB === undefined ? {} : { maxOldGenerationSizeMb: heapMB }) },
    })
    this.worker.on('message', (answer: Answer) => this.onAnswer(answer))
    this.worker.on('error', error => this.die(error as NodeJS.ErrnoException))
    this.worker.on('exit', code => this.die(new Error(`the thread ended with code ${code}`)))
  }

  private die(error: NodeJS.ErrnoException): void {
    const tell = this.onDeath
    this.onDeath = () => {}
    tell(error)
  }
}

function largestRow({ answers }: Batch): number {
  let largest = 0
  for (const { rows } of answers) for (const { length } of rows) largest = Math.max(largest, length)
  return largest
}

function lostUnit({ format, source, unit }: UnitRef, error: NodeJS.ErrnoException): StagedUnit {
  const bytes = unit.files.reduce((sum, file) => sum + (source.facts(file)?.size ?? 0), 0)
  const why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it takes more memory than a thread may have' : error.message
  return {
    ledger: new Ledger({ ...unit, bytes }).summary([]),
    rejects: [{ at: unit.key, reason: `Cannot parse ${format.title} log: ${why}` }],
    rows: [],
    changes: { replacedSurrogates: 0, mistyped: 0 },
    reads: [],
    shared: [],
    absent: [],
  }
}

function* batchesOf(refs: Iterable<UnitRef>): Iterable<UnitRef[]> {
  let batch: UnitRef[] = []
  let bytes = 0
  for (const ref of refs) {
    batch.push(ref)
    bytes += statSync(join(ref.source.root, ref.unit.files[0]!), { throwIfNoEntry: false })?.size ?? 0
    if (batch.length < BATCH_UNITS && bytes < BATCH_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
