/** What a preview is asked for. */
export type PreviewOptions = {
  /** Rows to draw from the seed; a column that resizes may make more or fewer of them. Default 10. */
  numRecords?: number
  /** Rows to pass over before, so that a later record can be looked at alone. Default 0. */
  skip?: number
  /** Whether rows of a seed that has fewer are drawn again, which the warnings tell. Default: where `numRecords` is given. */
  repeatSeed?: boolean
  /** Cancels the run; what is in flight is dropped. */
  signal?: AbortSignal
  /** File that keeps the models' replies, for the next preview or create. Default: they are kept in this object. */
  repliesPath?: string
  /** Told of each row drawn, and of each that left the run. */
  onRow?: (progress: PreviewProgress) => void
}

/** How far a preview is. */
export type PreviewProgress = {
  /** Rows that were drawn. */
  drawn: number
  /** Rows that are done. */
  finished: number
  /** Rows that could not be made. */
  failed: number
}

/** Names of the options, to refuse others. */
export const PREVIEW_KEYS = ['num_records', 'skip', 'repeat_seed', 'signal', 'replies_path', 'on_row']
