import type { StoreTypes } from '../../store-type.ts'

/** What a run's folder says of itself, in `manifest.json`. Replaced as a whole, after the files it names are there. */
export type RunManifest = {
  layout: 1 // of the folder; another number means another tracewright must read it
  tracewright: string // version that wrote it
  dataset_name: string
  status: 'running' | 'stopped' | 'complete'
  reason: string | null // why it was stopped, or why it has fewer rows than it was to have
  config_hash: string // sha256 of the config as run
  compat: 'data_designer' | null // how values became text
  seed: number // of every random choice
  target: RunTarget
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
  num_records: number // rows to draw, or to accept where `accept` is set
  accept: string | null // template: a row counts only where it is true
}

/** One Parquet file of a run. */
export type RunPart = { file: string; rows: number; bytes: number }
