import { join } from 'node:path'
import type { Command } from 'commander'
import type { DataDesignerConfigBuilder } from '../../pipeline/config/builder.ts'

/** Options of the commands that keep models' replies for one another. */
export type ReplyFlags = { replies: string | boolean }

/** Where previews keep replies. */
const DEFAULT_PATH = join('artifacts', '.replies', 'replies.jsonl')

/** Add the options that say where replies of previews are kept. */
export function withReplyOptions(command: Command): Command {
  return command
    .option('--replies <file>', 'where previews keep models’ replies, and create finds them', DEFAULT_PATH)
    .option('--no-replies', 'keep no replies of previews, and use none')
}

/** The file to use; null where none is wanted, or no model is asked. */
export function repliesPathFor(builder: DataDesignerConfigBuilder, { replies }: ReplyFlags): string | null {
  const asks = builder.columns.some(column => column.modelAliases.length > 0)
  return typeof replies === 'string' && asks ? replies : null
}
