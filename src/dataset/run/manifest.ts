import type { Compat } from '../../compat.ts'
import type { StoreTypes } from '../../store-type.ts'

/** What a run's folder says of itself, in `manifest.json`. Replaced as a whole, after the files it names are there. */
export type RunManifest = {
  /** Of the folder; another number means another tracewright must read it. */
  layout: 1
  /** Version that wrote it. */
  tracewright: string
  /** Name of the run, and of its folder. */
  dataset_name: string
  /** Where the run is: a stopped one can be resumed. */
  status: 'running' | 'stopped' | 'complete'
  /** Why it was stopped, or why it has fewer rows than it was to have. */
  reason: string | null
  /** Sha256 of the config as run. */
  config_hash: string
  /** How values became text. */
  compat: Compat | null
  /** Of every random choice. */
  seed: number
  /** What the run is to make. */
  target: RunTarget
  /** Absent in runs of earlier versions. */
  terms?: RunTerms
  /** Rows the seed gives in one pass, once it was drawn more than once. */
  seed_rows?: number | null
  /** ISO 8601. */
  started_at: string
  /** When it was last written, ISO 8601. */
  updated_at: string
  /** Outcomes of the seed that are dealt with: rows and rejects, in their order. */
  drawn: number
  /** Of these, rows. */
  drawn_rows: number
  /** Finished rows in parts. */
  rows: number
  /** Finished rows that `accept` did not accept. */
  declined: number
  /** Lines of rejects.jsonl. */
  rejects: number
  /** Of rejects.jsonl that belong to what is dealt with. */
  rejects_bytes: number
  /** rejects.jsonl.next is the one that counts, if it is there. */
  rejects_replaced: boolean
  /** Files of rows, in their order. */
  parts: RunPart[]
  /** Of the columns, as far as rows have shown them. */
  types: StoreTypes
  /** Rows that processors made beside the dataset. */
  artifacts: {
    [processor: string]: {
      /** Files of them. */
      parts: RunPart[]
      /** Types of their columns. */
      types: StoreTypes
    }
  }
}

/** How much a run is to make. */
export type RunTarget = {
  /** Rows to draw, or to accept where `accept` is set; null: all the seed has. */
  num_records: number | null
  /** Draw rows of the seed again where it has fewer than are wanted. */
  repeat_seed?: boolean
  /** Template: a row counts only where it is true. */
  accept: string | null
}

/** What a run may spend, and where it asks: whoever goes on with it is held to them unless others are named. */
export type RunTerms = {
  /** Most the run may cost, in US dollars; null: no limit. */
  max_cost_usd: number | null
  /** Of the models of its config. */
  prices: {
    [model: string]: {
      /** US dollars for a million tokens that are read. */
      input: number
      /** US dollars for a million tokens that come from a cache. Default: that of `input`. */
      cached_input?: number
      /** US dollars for a million tokens that are written. */
      output: number
    }
  } | null
  /** Where its models are served. */
  providers: {
    /** Name that models go by. */
    name: string
    /** URL below which it answers. */
    endpoint: string
    /** What it speaks. */
    provider_type: string
    /** Variable that holds the key; null: it needs none, or the key was given as it is, and is not kept. */
    api_key: string | null
    /** Whether nothing secret was left out. */
    is_whole: boolean
  }[]
}

/** One Parquet file of a run. */
export type RunPart = {
  /** Name of the file. */
  file: string
  /** Number of rows. */
  rows: number
  /** Size in bytes. */
  bytes: number
}
