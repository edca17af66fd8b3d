import { TracewrightError } from '../../errors.ts'
import { booleanAt, camelCase, choiceAt, type Fields, numberAt, objectAt, refuseUnknownKeys, refuseUnknownOptions } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import { type ErrorRateOptions, USUAL_ERROR_RATE } from './error-rate.ts'

/** How runs go, whatever config they run: Data Designer's knobs, as far as there is something here for them to turn. */
export type RunConfigOptions = {
  /** Times a conversation starts over where its reply cannot be used. Default 5. */
  maxConversationRestarts?: number
  /** Times a model is told what is wrong with its reply, within a conversation. Default 0. */
  maxConversationCorrectionSteps?: number
  /** 'native' lets templates use all of Jinja's filters under `compat`; without `compat` they always may. Default 'secure'. */
  jinjaRenderingEngine?: 'secure' | 'native'
  /** Share of failing rows above which a run gives up, 0 to 1. Default 0.5. */
  shutdownErrorRate?: number
  /** Rows that share is taken of. Default 20. */
  shutdownErrorWindow?: number
  /** Never give up. Default false. */
  disableEarlyShutdown?: boolean
  /** Keep what is dropped of rows beside the dataset. Default false. */
  preserveDroppedColumns?: boolean
  /** Rows of a Parquet file at most. Default 1000. */
  bufferSize?: number
}

/** Knobs that turn nothing here, and why. */
export const IDLE_RUN_FIELDS: Fields = {
  non_inference_max_parallel_workers: ['any', '', 'rows overlap as far as models allow'],
  async_trace: ['any', '', 'runs are traced by OpenTelemetry, see docs/runs.md'],
  progress_bar: ['any', '', 'progress is told to onProgress'],
  progress_interval: ['any', '', 'progress is told to onProgress'],
  display_tui: ['any', '', 'progress is told to onProgress'],
  throttle: ['any', '', 'the limit of each model adapts by itself'],
  request_admission: ['any', '', 'the limit of each model adapts by itself'],
  max_concurrent_row_groups: ['any', '', 'rows run by themselves, not in groups'],
  max_in_flight_tasks: ['any', '', 'rows in flight follow from max_parallel_requests'],
  write_scheduler_events: ['any', '', 'there is no scheduler to write of'],
  otel_metrics_port: ['any', '', 'runs are traced by OpenTelemetry, see docs/runs.md'],
}

/** Keys that turn something. */
export const RUN_FIELDS: Fields = {
  max_conversation_restarts: ['whole number from 0', '5', 'times a conversation starts over where its reply cannot be used'],
  max_conversation_correction_steps: ['whole number from 0', '0', 'times a model is told what is wrong with its reply'],
  jinja_rendering_engine: ['`secure` or `native`', '`secure`', "`native`: templates may use all of Jinja's filters under `compat`"],
  shutdown_error_rate: ['number from 0 to 1', '0.5', 'share of failing rows above which a run gives up'],
  shutdown_error_window: ['whole number from 1', '20', 'rows that share is taken of'],
  disable_early_shutdown: ['true or false', 'false', 'never give up'],
  preserve_dropped_columns: ['true or false', 'false', 'keep what is dropped of rows beside the dataset'],
  buffer_size: ['whole number from 1', '1000', 'rows of a Parquet file at most'],
}

const ENGINES = ['secure', 'native'] as const

/** What a run config says of one run. */
export type RunLimits = {
  /** Share of rows that may fail before the run ends; null: all of them. */
  errorRate?: ErrorRateOptions | null
  /** Rows of a part. */
  partRows?: number
}

/** How runs go. */
export class RunConfig {
  /** Times a conversation starts over where its reply cannot be used. */
  readonly maxConversationRestarts: number
  /** Times a model is told what is wrong with its reply, within a conversation. */
  readonly maxConversationCorrectionSteps: number
  /** 'native': templates may use all of Jinja's filters under `compat`. */
  readonly jinjaRenderingEngine: 'secure' | 'native'
  /** Share of failing rows above which a run gives up; null: not said. */
  readonly shutdownErrorRate: number | null
  /** Rows that share is taken of; null: not said. */
  readonly shutdownErrorWindow: number | null
  /** Whether a run never gives up. */
  readonly disableEarlyShutdown: boolean
  /** Whether what is dropped of rows is kept beside the dataset. */
  readonly preserveDroppedColumns: boolean
  /** Rows of a Parquet file at most; null: not said. */
  readonly bufferSize: number | null
  /** What was set and turns nothing. */
  readonly warnings: readonly string[]

  constructor(options: RunConfigOptions = {}, warnings: readonly string[] = []) {
    const idle = Object.keys(IDLE_RUN_FIELDS).filter(key => Object.hasOwn(options, camelCase(key)))
    const turning = Object.entries(options).filter(([name]) => !idle.some(key => camelCase(key) === name))
    refuseUnknownOptions(Object.fromEntries(turning), RUN_FIELDS, 'RunConfig')
    this.maxConversationRestarts = whole('maxConversationRestarts', options.maxConversationRestarts ?? 5, 0)
    this.maxConversationCorrectionSteps = whole('maxConversationCorrectionSteps', options.maxConversationCorrectionSteps ?? 0, 0)
    this.jinjaRenderingEngine = options.jinjaRenderingEngine ?? 'secure'
    if (!ENGINES.includes(this.jinjaRenderingEngine))
      throw wrong('jinjaRenderingEngine', options.jinjaRenderingEngine, `one of ${ENGINES.join(', ')}`)
    this.shutdownErrorRate = options.shutdownErrorRate ?? null
    if (this.shutdownErrorRate !== null && !(this.shutdownErrorRate >= 0 && this.shutdownErrorRate <= 1))
      throw wrong('shutdownErrorRate', options.shutdownErrorRate, 'a number from 0 to 1')
    this.shutdownErrorWindow =
      options.shutdownErrorWindow === undefined ? null : whole('shutdownErrorWindow', options.shutdownErrorWindow, 1)
    this.disableEarlyShutdown = options.disableEarlyShutdown ?? false
    this.preserveDroppedColumns = options.preserveDroppedColumns ?? false
    this.bufferSize = options.bufferSize === undefined ? null : whole('bufferSize', options.bufferSize, 1)
    this.warnings = [...warnings, ...idle.map(idleWarning)]
  }

  /** What it says of a dataset's options; nothing where nothing was said. */
  get createOptions(): RunLimits {
    const partRows = this.bufferSize === null ? {} : { partRows: this.bufferSize }
    if (this.disableEarlyShutdown) return { ...partRows, errorRate: null }
    if (this.shutdownErrorRate === null && this.shutdownErrorWindow === null) return partRows
    const { threshold, window } = USUAL_ERROR_RATE
    return { ...partRows, errorRate: { threshold: this.shutdownErrorRate ?? threshold, window: this.shutdownErrorWindow ?? window } }
  }

  /** As Data Designer writes it; what was not said is left out. */
  toJSON(): JsonObject {
    const { shutdownErrorRate, shutdownErrorWindow, bufferSize } = this
    return {
      max_conversation_restarts: this.maxConversationRestarts,
      max_conversation_correction_steps: this.maxConversationCorrectionSteps,
      jinja_rendering_engine: this.jinjaRenderingEngine,
      ...(shutdownErrorRate === null ? {} : { shutdown_error_rate: shutdownErrorRate }),
      ...(shutdownErrorWindow === null ? {} : { shutdown_error_window: shutdownErrorWindow }),
      disable_early_shutdown: this.disableEarlyShutdown,
      preserve_dropped_columns: this.preserveDroppedColumns,
      ...(bufferSize === null ? {} : { buffer_size: bufferSize }),
    }
  }

  /** One that is one already, or that plain options in camel case or in Data Designer's snake case say. */
  static from(given: RunConfig | RunConfigOptions | JsonObject): RunConfig {
    if (given instanceof RunConfig) return given
    return Object.keys(given).some(key => /[A-Z]/.test(key)) ? new RunConfig(given) : RunConfig.fromJSON(given as JsonObject)
  }

  /** Read what Data Designer writes. Knobs that turn nothing here are told of. */
  static fromJSON(json: JsonObject): RunConfig {
    const where = 'run_config'
    refuseUnknownKeys(json, { ...RUN_FIELDS, ...IDLE_RUN_FIELDS }, where)
    const idle = Object.keys(json).filter(key => Object.hasOwn(IDLE_RUN_FIELDS, key))
    const said = {
      maxConversationRestarts: numberAt(json, 'max_conversation_restarts', where),
      maxConversationCorrectionSteps: numberAt(json, 'max_conversation_correction_steps', where),
      shutdownErrorRate: numberAt(json, 'shutdown_error_rate', where),
      shutdownErrorWindow: numberAt(json, 'shutdown_error_window', where),
      bufferSize: numberAt(json, 'buffer_size', where),
      preserveDroppedColumns: booleanAt(json, 'preserve_dropped_columns', where),
      disableEarlyShutdown: booleanAt(json, 'disable_early_shutdown', where),
      jinjaRenderingEngine: choiceAt(json, 'jinja_rendering_engine', where, ENGINES),
    }
    objectAt(json, 'throttle', where)
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null))
    return new RunConfig(given, idle.map(idleWarning))
  }
}

function idleWarning(key: string): string {
  return `run_config.${key} changes nothing here: ${IDLE_RUN_FIELDS[key]![2]}`
}

function whole(name: string, value: number, least: number): number {
  if (isCount(value, least)) return value
  throw wrong(name, value, countFrom(least))
}

function wrong(name: string, value: unknown, expected: string): TracewrightError {
  return new TracewrightError('config', `${name}: found ${writeJson(value)}, expected ${expected}`, { where: 'RunConfig' })
}
