import { join } from 'node:path'
import type { ToolFlags } from '../options/provider-options.ts'
import type { ReplyFlags } from '../options/reply-options.ts'
import type { PlanFlags } from './planned.ts'

/** Options of `create`, as commander hands them over. */
export type CreateFlags = ReplyFlags &
  ToolFlags &
  Omit<PlanFlags, 'output' | 'of'> & {
    output?: string
    resume?: boolean
    force?: boolean
    retryFailed?: boolean
    shard?: string
    queue?: string
    of?: number
  }

/** The folder that a dataset is made in. */
export function folderOf({ output, name }: CreateFlags): string {
  return output ?? join('artifacts', name ?? 'dataset')
}
