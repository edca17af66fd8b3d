import type { ProviderFlags, ToolFlags } from '../options/provider-options.ts'

/** Options of `workflow`, as commander hands them over. */
export type WorkflowFlags = ProviderFlags &
  ToolFlags & {
    output?: string
    resume?: true | 'always'
    target?: string[]
    rerunFrom?: string
    prices?: string
    seed?: number
    functions?: string
    json?: boolean
  }
