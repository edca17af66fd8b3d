import type { ReadFlags } from '../options/read-options.ts'
import type { SelectFlags } from '../options/select-options.ts'

/** Options of `ingest`, as commander hands them over. */
export type IngestFlags = ReadFlags &
  SelectFlags & {
    output?: string
    codec?: 'parquet' | 'jsonl'
    nested?: boolean
    as?: 'atif'
    workers?: number
    watch?: boolean
    report?: string
    strict?: boolean
    quiet?: boolean
    guardFormulas?: boolean
    force?: boolean
    plan?: boolean
    of?: number
    shard?: string
  }
