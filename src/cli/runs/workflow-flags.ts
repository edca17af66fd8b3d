import type { ProviderFlags, ToolFlags } from '../options/provider-options.ts'
import type { RunConfigFlag } from '../options/run-config-flag.ts'

/** Options of `workflow`, as commander hands them over. */
export type WorkflowFlags = ProviderFlags &
  ToolFlags &
  RunConfigFlag & {
    output?: string
    resume?: true | 'always'
    target?: string[]
    rerunFrom?: string
    prices?: string
    maxCost?: number
    seed?: number
    functions?: string
    json?: boolean
  }
