import type { ExtensionFlags } from '../options/extension-options.ts'
import type { SelectFlags } from '../options/select-options.ts'

/** Options of `export`, as commander hands them over. */
export type ExportFlags = Omit<SelectFlags, 'model'> &
  ExtensionFlags & {
    output: string
    sessionModel?: string
    view?: string
    for: string
    model?: string
    chatTemplate?: string
    maxTokens?: number
    where?: string
    mask?: string[]
    reasoning: 'keep' | 'last' | 'drop' | 'inline'
    tools: 'recorded' | 'inferred' | 'none'
    split?: string
    splitLike?: string
    dedupe?: number | true
    dedupeBy?: string
    decontaminate?: string[]
    filter?: string[]
    git?: string
    reward?: string[]
    perTask?: number
    perProject?: number
    exactly?: number
    redact?: string
    license?: string
    push?: string
    public?: boolean
    dryRun?: boolean
    codec?: 'jsonl' | 'parquet'
    shardBytes?: number
    check?: boolean
    checkModels?: string[]
    force?: boolean
    json?: boolean
    quiet?: boolean
  }
