import { type Command, Option } from 'commander'
import type { ReadOptions } from '../../rollout/read.ts'

/** Options of every command that reads logs, as commander hands them over. */
export type ReadFlags = {
  format: string
  pattern?: string
  recursive: boolean
  compat?: 'data_designer'
  branches: 'active' | 'all'
  context: 'recorded' | 'as_sent'
}

/** Add the options that say which logs are read and how. */
export function withReadOptions(command: Command): Command {
  return command
    .option('-f, --format <format>', 'who wrote the logs: claude_code, codex, …; auto judges each file (see docs/formats.md)', 'auto')
    .option('-g, --pattern <pattern>', "only files whose name matches, e.g. '*.jsonl'")
    .option('--no-recursive', 'do not search subfolders')
    .addOption(
      new Option('--branches <which>', 'abandoned branches: left out, or rows of their own').choices(['active', 'all']).default('active'),
    )
    .addOption(
      new Option('--context <view>', 'what was recorded, or what the model was last sent')
        .choices(['recorded', 'as_sent'])
        .default('recorded'),
    )
    .addOption(new Option('--compat <system>', "reproduce another system's rows, quirks included").choices(['data_designer']))
}

/** The flags as the reader takes them. */
export function readOptionsFrom(path: string | undefined, flags: ReadFlags): ReadOptions {
  return {
    format: flags.format as ReadOptions['format'],
    path: path ?? null,
    filePattern: flags.pattern ?? null,
    recursive: flags.recursive,
    compat: flags.compat ?? null,
    branches: flags.branches,
    context: flags.context,
  }
}
