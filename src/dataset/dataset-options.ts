import { refuseUnknownOptions } from '../fields.ts'
import type { BesideColumns } from './beside-columns.ts'
import type { OrderBy, Where } from './query.ts'
import type { Selectors } from './selectors.ts'

/** Which rows of a dataset, and what of them. */
export type RowsOptions = {
  /** Only these rows, as SQL or as a predicate. Default: all. */
  where?: Where
  /** Default all. */
  columns?: readonly string[]
  /** At most so many. Default: all. */
  limit?: number
  /** So many are left out first. Default 0. */
  offset?: number
  /** Default: as they are stored. */
  orderBy?: OrderBy
}

/** Limits of an open dataset. */
export type DatasetLimits = {
  /**
   * What the engine may hold, in MB: by default a quarter of the machine's memory, 4096 at most. What does not fit is spilled to disk.
   * The process takes more: about 150 MB for Node and the engine, and a few times the row group that is being read.
   */
  memoryMB?: number
  /** Whether SQL sees the rows alone: no file beside theirs, no settings. For conditions that somebody else has written. Default: false. */
  isConfined?: boolean
  /** Only the rows of these sessions are there. */
  select?: Selectors
  /** Further columns that rows have, from a file beside them. */
  beside?: BesideColumns
}

const ROWS_KEYS: { readonly [option in keyof Required<RowsOptions>]: true } = {
  where: true,
  columns: true,
  limit: true,
  offset: true,
  orderBy: true,
}

const LIMIT_KEYS: { readonly [option in keyof Required<DatasetLimits>]: true } = {
  memoryMB: true,
  isConfined: true,
  select: true,
  beside: true,
}

/** Refuse options of `rows` that nobody knows: a misspelt condition must not pass for none. */
export function checkRowsOptions(options: RowsOptions): void {
  refuseUnknownOptions(options, Object.keys(ROWS_KEYS), 'rows of a dataset')
}

/** The same of `openDataset`. */
export function checkDatasetLimits(limits: DatasetLimits): void {
  refuseUnknownOptions(limits, Object.keys(LIMIT_KEYS), 'opening a dataset')
}
