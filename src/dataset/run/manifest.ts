import type { Compat } from '../../compat.ts'
import type { StoreTypes } from '../../store-type.ts'

/** What a run's folder says of itself, in `manifest.json`. Replaced as a whole, after the files it names are there. */
export type RunManifest = {
  layout: 1 // of the folder; another number means another tracewright must read it
  tracewright: string // version that wrote it
  dataset_name: string
  status: 'running' | 'stopped' | 'complete'
  reason: string | null // why it was stopped, or why it has fewer rows than it was to have
  config_hash: string // sha256 of the config as run
  compat: Compat | null // how values became text
  seed: number // of every random choice
  target: RunTarget
  terms?: RunTerms // absent in runs of earlier versions
  seed_rows?: number | null // rows the seed gives in one pass, once it was drawn more than once
  started_at: string // ISO 8601
  updated_at: string
  drawn: number // outcomes of the seed that are dealt with: rows and rejects, in their order
  drawn_rows: number // of these, rows
  rows: number // finished rows in parts
  declined: number // finished rows that `accept` did not accept
  rejects: number // lines of rejects.jsonl
  rejects_bytes: number // of rejects.jsonl that belong to what is dealt with
  rejects_replaced: boolean // rejects.jsonl.next is the one that counts, if it is there
  parts: RunPart[]
  types: StoreTypes // of the columns, as far as rows have shown them
  artifacts: { [processor: string]: { parts: RunPart[]; types: StoreTypes } } // rows that processors made beside the dataset
}

/** How much a run is to make. */
export type RunTarget = {
  num_records: number | null // rows to draw, or to accept where `accept` is set; null: all the seed has
  repeat_seed?: boolean // draw rows of the seed again where it has fewer than are wanted
  accept: string | null // template: a row counts only where it is true
}

/** What a run may spend, and where it asks: whoever goes on with it is held to them unless others are named. */
export type RunTerms = {
  max_cost_usd: number | null
  prices: { [model: string]: { input: number; cached_input?: number; output: number } } | null // of the models of its config
  providers: { name: string; endpoint: string; provider_type: string; api_key: string | null; is_whole: boolean }[] // is_whole: nothing secret was left out
}

/** One Parquet file of a run. */
export type RunPart = { file: string; rows: number; bytes: number }
