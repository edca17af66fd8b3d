import { TracewrightError } from '../errors.ts'
import { booleanAt, choiceAt, numberAt, objectAt, refuseUnknownKeys, refuseUnknownOptions } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'

/** How runs go, whatever config they run: Data Designer's knobs, as far as there is something here for them to turn. */
export type RunConfigOptions = {
  /** Times a conversation starts over where its reply cannot be used. Default 5. */
  maxConversationRestarts?: number
  /** Times a model is told what is wrong with its reply, within a conversation. Default 0. */
  maxConversationCorrectionSteps?: number
  /** 'native' lets templates use all of Jinja's filters under `compat`; without `compat` they always may. Default 'secure'. */
  jinjaRenderingEngine?: 'secure' | 'native'
  /** Share of failing rows at which a run gives up. Default 0.5. */
  shutdownErrorRate?: number
  /** Rows that share is taken of. Default 20. */
  shutdownErrorWindow?: number
  /** Never give up. Default false. */
  disableEarlyShutdown?: boolean
  /** Rows of a Parquet file at most. Default 1000. */
  bufferSize?: number
}

/** Knobs that turn nothing here, and why. */
const WITHOUT_EFFECT: { [key: string]: string } = {
  non_inference_max_parallel_workers: 'rows overlap as far as models allow',
  async_trace: 'runs are traced by OpenTelemetry, see docs/runs.md',
  progress_bar: 'progress is told to onProgress',
  progress_interval: 'progress is told to onProgress',
  display_tui: 'progress is told to onProgress',
  throttle: 'the limit of each model adapts by itself',
  request_admission: 'the limit of each model adapts by itself',
  max_concurrent_row_groups: 'rows run by themselves, not in groups',
  max_in_flight_tasks: 'rows in flight follow from max_parallel_requests',
  write_scheduler_events: 'there is no scheduler to write of',
  otel_metrics_port: 'runs are traced by OpenTelemetry, see docs/runs.md',
}

const KEYS = [
  'max_conversation_restarts',
  'max_conversation_correction_steps',
  'jinja_rendering_engine',
  'shutdown_error_rate',
  'shutdown_error_window',
  'disable_early_shutdown',
  'buffer_size',
]

/** How runs go. */
export class RunConfig {
  /** Times a conversation starts over where its reply cannot be used. */
  readonly maxConversationRestarts: number
  /** Times a model is told what is wrong with its reply, within a conversation. */
  readonly maxConversationCorrectionSteps: number
  /** 'native': templates may use all of Jinja's filters under `compat`. */
  readonly jinjaRenderingEngine: 'secure' | 'native'
  /** Share of failing rows at which a run gives up; null: not said. */
  readonly shutdownErrorRate: number | null
  /** Rows that share is taken of; null: not said. */
  readonly shutdownErrorWindow: number | null
  /** Whether a run never gives up. */
  readonly disableEarlyShutdown: boolean
  /** Rows of a Parquet file at most; null: not said. */
  readonly bufferSize: number | null
  /** What was set and turns nothing. */
  readonly warnings: readonly string[]

  constructor(options: RunConfigOptions = {}, warnings: readonly string[] = []) {
    refuseUnknownOptions(options, KEYS, 'RunConfig')
    this.maxConversationRestarts = whole('maxConversationRestarts', options.maxConversationRestarts ?? 5, 0)
    this.maxConversationCorrectionSteps = whole('maxConversationCorrectionSteps', options.maxConversationCorrectionSteps ?? 0, 0)
    this.jinjaRenderingEngine = options.jinjaRenderingEngine ?? 'secure'
    this.shutdownErrorRate = options.shutdownErrorRate ?? null
    this.shutdownErrorWindow = options.shutdownErrorWindow ?? null
    this.disableEarlyShutdown = options.disableEarlyShutdown ?? false
    this.bufferSize = options.bufferSize === undefined ? null : whole('bufferSize', options.bufferSize, 1)
    this.warnings = warnings
  }

  /** What it says of a dataset's options; nothing where nothing was said. */
  get createOptions(): { errorRate?: { threshold: number; window: number } | null; partRows?: number } {
    const partRows = this.bufferSize === null ? {} : { partRows: this.bufferSize }
    if (this.disableEarlyShutdown) return { ...partRows, errorRate: null }
    if (this.shutdownErrorRate === null && this.shutdownErrorWindow === null) return partRows
    const errorRate = { threshold: this.shutdownErrorRate ?? 0.5, window: this.shutdownErrorWindow ?? 20 }
    return { ...partRows, errorRate }
  }

  /** Read what Data Designer writes. Knobs that turn nothing here are told of. */
  static fromJSON(json: JsonObject): RunConfig {
    const where = 'run_config'
    refuseUnknownKeys(json, [...KEYS, ...Object.keys(WITHOUT_EFFECT), 'preserve_dropped_columns'], where)
    const idle = Object.keys(json).filter(key => Object.hasOwn(WITHOUT_EFFECT, key))
    const numbers = {
      maxConversationRestarts: numberAt(json, 'max_conversation_restarts', where),
      maxConversationCorrectionSteps: numberAt(json, 'max_conversation_correction_steps', where),
      shutdownErrorRate: numberAt(json, 'shutdown_error_rate', where),
      shutdownErrorWindow: numberAt(json, 'shutdown_error_window', where),
      bufferSize: numberAt(json, 'buffer_size', where),
      disableEarlyShutdown: booleanAt(json, 'disable_early_shutdown', where),
      jinjaRenderingEngine: choiceAt(json, 'jinja_rendering_engine', where, ['secure', 'native']),
    }
    objectAt(json, 'throttle', where)
    const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== null))
    return new RunConfig(
      given,
      idle.map(key => `run_config.${key} changes nothing here: ${WITHOUT_EFFECT[key]}`),
    )
  }
}

function whole(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value
  throw new TracewrightError('config', `${name}: found ${JSON.stringify(value)}, expected a whole number from ${least}`, {
    where: 'RunConfig',
  })
}
