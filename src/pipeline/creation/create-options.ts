import type { Compat } from '../../compat.ts'
import type { ReplyStore } from '../../model/ask/reply-store.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { Prices } from '../../model/prices.ts'
import type { ToolServer } from '../../model/tools/mcp-provider.ts'
import type { EngineOptions } from '../engine.ts'
import type { ErrorRateOptions } from '../rows/error-rate.ts'
import type { RunConfig } from '../rows/run-config.ts'
import type { RunEstimate } from './estimate.ts'
import type { WatchOptions } from './run-watch.ts'
import type { ResumeMode } from './run-words.ts'

/** What a dataset is asked for. */
export type CreateOptions = {
  /** Rows to draw from the seed, or 'all'; under `accept`, rows to accept. Default: all the seed has, each once; 10 where there is no seed. */
  numRecords?: number | 'all'
  /** Draw rows of the seed again where it has fewer than are wanted. Default false; true under `compat: 'data_designer'`, which always does. */
  repeatSeed?: boolean
  /** Name of the dataset and of its folder. Default 'dataset'. */
  datasetName?: string
  /** Folder that holds datasets. Default './artifacts'. */
  artifactPath?: string
  /** The dataset's own folder, instead of `datasetName` in `artifactPath`. */
  path?: string
  /** Put the run into a folder that holds other things. Default false. */
  force?: boolean
  /**
   * Go on with the run that is in the folder: true and 'if_possible' begin one where none is there, 'always' throws. Default: false, 'never'.
   */
  resume?: boolean | ResumeMode
  /** Make the rows again that failed, and only these. */
  retryFailed?: boolean
  /**
   * A column, expression or template: only rows where it is true count, and the seed is drawn, once, until `numRecords` were accepted.
   * 'true' accepts every finished row.
   */
  accept?: string | null
  /** Stop when this much was spent. Needs the prices of all models. A run that goes on keeps its budget unless another is named. */
  maxCostUSD?: number | null
  /** What models cost. Default: what the run was begun with, else unknown. */
  prices?: Prices
  /** When to give up. Default: more than half of the last 20 rows failed; null never does. */
  errorRate?: ErrorRateOptions | null
  /** File with replies of previews. Default: those of this `DataDesigner`. */
  repliesPath?: string
  /** Told, when a run is resumed with another config, what changed and what follows; false leaves the run as it is. Default: go on. */
  onConfigChange?: (note: string) => boolean | Promise<boolean>
  /** Told, before more than a few rows are made, what the run will take; false ends it there. Without it, nothing is estimated. */
  onEstimate?: (estimate: RunEstimate) => boolean | void | Promise<boolean | void>
  /** Rows of a Parquet file at most; what is in a file is not made again after a kill. Default 1000. */
  partRows?: number
  /** Told of each Parquet file that is finished, by its path. What it throws ends the run; it goes on from there when it is resumed. */
  onBatchComplete?: (path: string) => void
  /** Finish the calls that are under way, save, and stop. */
  stop?: AbortSignal
  /** Stop at once; finished cells are kept. */
  signal?: AbortSignal
} & WatchOptions

const KNOWN: { readonly [option in keyof Required<CreateOptions>]: true } = {
  numRecords: true,
  repeatSeed: true,
  datasetName: true,
  artifactPath: true,
  path: true,
  force: true,
  resume: true,
  retryFailed: true,
  accept: true,
  maxCostUSD: true,
  prices: true,
  errorRate: true,
  repliesPath: true,
  onConfigChange: true,
  onEstimate: true,
  partRows: true,
  onBatchComplete: true,
  stop: true,
  signal: true,
  onProgress: true,
  onEvent: true,
}

/** Names of the options, to refuse others; the compiler knows where one is missing. */
export const CREATE_OPTIONS: readonly string[] = Object.keys(KNOWN)

/** What `DataDesigner` adds to the options. */
export type CreateSettings = CreateOptions & {
  providers: readonly ModelProvider[]
  toolServers: readonly ToolServer[]
  managedAssetsPath?: string | null
  compat: Compat | null
  runConfig: RunConfig
  seed: number | null
  previewSeed: number | null
  earlier: ReplyStore
  /** Make all rows again of a run that is there, although its config did not change: what it is made of did. */
  anew?: boolean
  /** How a shard's engine differs from that of a whole run. */
  engine?: Pick<EngineOptions, 'range' | 'gates' | 'checkModels' | 'onSeed'>
  /** Told of each row that counts, under a condition, what was dealt with by then. */
  onAccepted?: (soFar: AcceptedSoFar) => void
}

/** What a run had dealt with when a row was accepted: whoever cuts it there knows what belongs to it. */
export type AcceptedSoFar = { drawn: number; declined: number; rejects: number }
