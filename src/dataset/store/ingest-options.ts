import type { StoreChanges } from '../../codec/store-value.ts'
import type { Known } from '../../fields.ts'
import type { TrainableTwice } from '../../rollout/copies.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import { READ_OPTIONS, type ReadOptions } from '../../rollout/read.ts'
import type { Reject } from '../../row.ts'
import type { StoreCodec } from './manifest.ts'

/** Which logs go into a store, and how. */
export type StoreIngestOptions = ReadOptions & {
  /** Folder of the store; made where it is not there. */
  folder: string
  /** Put a new store into a folder that holds other things. Default: false. */
  force?: boolean
  /** Default: the store's, else parquet. */
  codec?: StoreCodec | null
  /** Threads that parse. Default: one per core, one for little. */
  workers?: number
  /** Of each worker. */
  heapMB?: number
  /** Of rows before they are compressed, after which a shard is closed and committed; default 64 MiB. */
  shardBytes?: number
  /** What was parsed when it is raised is kept. */
  signal?: AbortSignal
  /** Called when a unit is done, in the order of the logs. */
  onUnit?: (ledger: LedgerSummary, rejects: Reject[], progress: UnitProgress) => void
}

/** How far an ingest is. */
export type UnitProgress = {
  /** Units that are done. */
  done: number
  /** Units there are. */
  total: number
}

/** Their names. */
export const STORE_OPTIONS: Known<StoreIngestOptions> = {
  ...READ_OPTIONS,
  folder: true,
  force: true,
  codec: true,
  workers: true,
  heapMB: true,
  shardBytes: true,
  signal: true,
  onUnit: true,
}

/** What an ingest into a store did. */
export type StoreIngestResult = {
  /** Units. */
  found: number
  /** Units, one that was parsed twice counted once. */
  parsed: number
  /** Of these, logs that were read on from where the last reading ended. */
  resumed: number
  /** Of logs and what lies beside them, to parse. */
  bytesRead: number
  /** Units that were not read again. */
  unchanged: number
  /** Responses that may be trained on in more than one row of the store. */
  trainableTwice: TrainableTwice
  /** In the store. */
  rows: number
  /** Rows of units that are new. */
  added: number
  /** Rows of units that were read again because their logs changed. */
  replaced: number
  /** Units whose files are no longer there; their rows are kept. */
  gone: number
  /** Files that matched and are no logs, each with the reason. */
  skipped: Skipped[]
  /** Folders that were looked into. */
  roots: string[]
  /** What a stored type could not hold and was changed. */
  changes: StoreChanges
  /** Whether the signal ended it before all was read. */
  interrupted: boolean
}
