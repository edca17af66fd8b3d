import type { SelectFlags } from './select-options.ts'

/** Options of `export`, as commander hands them over. */
export type ExportFlags = Omit<SelectFlags, 'model'> & {
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
  codec?: 'jsonl' | 'parquet'
  check?: boolean
  force?: boolean
  json?: boolean
  quiet?: boolean
}
