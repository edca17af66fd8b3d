import type { RunManifest } from '../../dataset/run/manifest.ts'
import type { JsonObject } from '../../json/json.ts'
import type { Models } from '../../model/connect.ts'
import type { Bill } from './bill.ts'
import type { RetryFilter } from './retry-filter.ts'
import type { RunEvent, RunProgress } from './run-events.ts'
import type { RunPulses } from './run-pulse.ts'

/** How a run is watched. */
export type WatchOptions = {
  /** Told how far the run is: as it goes, at most four times a second; once a second though nothing goes; and at the end. */
  onProgress?: (progress: RunProgress) => void
  /** Told of what happens, as it happens. */
  onEvent?: (event: RunEvent) => void
}

const INTERVAL_MS = 250
const TICK_MS = 1000

/** Keeps count of a run for whoever watches. */
export class RunWatch {
  private readonly options: WatchOptions
  private readonly pulses: RunPulses
  private readonly columns: RunProgress['columns'] = Object.create(null)
  private startedAt = performance.now()
  private readonly counts = { done: 0, drawn: 0, rows: 0, failed: 0, declined: 0 }
  private target = 0
  private untouched: number | null = null // things of the seed of which nothing was drawn; null where it is known how many rows are wanted
  private models: Models | null = null
  private bill: Bill | null = null
  private toldAt = 0
  private clock: NodeJS.Timeout | null = null
  private readonly down = new Map<string, number>() // when each endpoint went down

  constructor(options: WatchOptions, pulses: RunPulses) {
    this.options = options
    this.pulses = pulses
  }

  /** The run begins, or goes on. */
  begin(run: {
    manifest: RunManifest
    models: Models
    bill: Bill
    columns: readonly string[]
    retry: RetryFilter | null
    rejects: readonly JsonObject[]
    size: number | null
  }): void {
    const { manifest, retry } = run
    this.models = run.models
    this.bill = run.bill
    const { num_records, accept } = manifest.target
    const wanted = retry?.rows.size ?? num_records
    this.target = wanted ?? run.size ?? 0
    this.untouched = wanted === null ? run.size : null
    // What was dealt with before a resume counts: it is part of the target.
    const done = retry !== null ? 0 : accept === null ? manifest.drawn_rows : manifest.rows
    for (const column of run.columns) this.columns[column] = { done: 0, failed: 0 }
    Object.assign(this.counts, {
      done,
      drawn: manifest.drawn_rows,
      rows: manifest.rows,
      // What the seed had no row of is no failure, and what is tried again has not failed yet.
      failed: run.rejects.filter(({ kind, row }) => kind !== 'skipped' && !(typeof row === 'string' && retry?.wants(row))).length,
      declined: manifest.declined,
    })
    this.clock = setInterval(() => this.tick(), TICK_MS).unref()
    this.beat()
    this.event({ type: 'begin', dataset: manifest.dataset_name, target: this.target, resumed_from: manifest.rows, seed: manifest.seed })
  }

  /** Rows are made from now on; what went before took a time that says nothing of them. */
  startClock(): void {
    this.startedAt = performance.now()
  }

  /** Something happened. */
  event(event: RunEvent): void {
    this.options.onEvent?.(event)
  }

  /** A row was drawn, was dealt with, or left the run. */
  count(what: 'done' | 'drawn' | 'rows' | 'failed' | 'declined'): void {
    this.counts[what]++
    this.tell()
  }

  /** Of a thing of the seed, the first of what it gives was drawn: what all of it will be is known a little better. */
  thing(): void {
    if (this.untouched !== null) this.untouched = Math.max(0, this.untouched - 1)
  }

  /** A cell was computed, or failed. */
  cell(column: string, ok: boolean): void {
    const counts = (this.columns[column] ??= { done: 0, failed: 0 })
    counts[ok ? 'done' : 'failed']++
    this.tell()
  }

  /** The run ends, or stops for now. */
  end({ status, reason, rows, rejects }: RunManifest): void {
    if (this.clock !== null) clearInterval(this.clock)
    this.lookAtEndpoints()
    // Things that were not told of gave nothing.
    if (status === 'complete' && this.untouched !== null) this.untouched = 0
    this.tellNow()
    this.beat()
    this.event({ type: 'end', status, reason, rows, rejects })
  }

  /** Tell now, however lately it was told. */
  private tellNow(): void {
    if (this.options.onProgress === undefined) return
    const progress = this.progress()
    if (progress === null) return
    this.toldAt = performance.now()
    this.options.onProgress(progress)
  }

  /** A sign of life, whether or not anybody watches from this process. */
  private beat(): void {
    const progress = this.progress()
    if (progress !== null) this.pulses.beat(progress)
  }

  private progress(): RunProgress | null {
    if (this.models === null || this.bill === null) return null
    const tally = this.models.tally.toJSON()
    return {
      target: this.untouched === null ? this.target : this.counts.drawn + this.untouched,
      ...this.counts,
      columns: this.columns,
      models: this.models.load().map(({ alias, inFlight, waiting, limit, pausedFor }) => {
        const usage = tally[alias]
        return {
          alias,
          in_flight: inFlight,
          waiting,
          limit,
          paused_for: pausedFor,
          calls: usage?.succeeded ?? 0,
          retried: usage?.retried ?? 0,
          cached: usage?.cached ?? 0,
          input_tokens: usage?.input_tokens ?? 0,
          output_tokens: usage?.output_tokens ?? 0,
        }
      }),
      troubles: this.models.troubles(),
      bill: this.bill.summary().run,
      seconds: (performance.now() - this.startedAt) / 1000,
    }
  }

  /** What happens to endpoints happens whether or not anything is made meanwhile. */
  private tick(): void {
    this.beat()
    this.lookAtEndpoints()
    if (performance.now() - this.toldAt >= TICK_MS / 2) this.tellNow()
  }

  private lookAtEndpoints(): void {
    const troubles = new Map((this.models?.troubles() ?? []).filter(({ is_down }) => is_down).map(trouble => [trouble.endpoint, trouble]))
    for (const [endpoint, { reason, gives_up_in, failing_for }] of troubles) {
      if (this.down.has(endpoint)) continue
      this.down.set(endpoint, performance.now() - failing_for * 1000)
      this.event({ type: 'endpoint_down', endpoint, reason, gives_up_in: gives_up_in ?? 0 })
    }
    for (const [endpoint, since] of this.down) {
      if (troubles.has(endpoint)) continue
      this.down.delete(endpoint)
      this.event({ type: 'endpoint_back', endpoint, down_for: (performance.now() - since) / 1000 })
    }
  }

  private tell(): void {
    if (performance.now() - this.toldAt >= INTERVAL_MS) this.tellNow()
  }
}
