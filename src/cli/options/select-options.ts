import type { Command } from 'commander'
import { SELECTORS, type Selectors } from '../../dataset/selectors.ts'

/** Options that say which sessions, as commander hands them over. */
export type SelectFlags = {
  search?: string | undefined
} & {
  [Name in keyof Selectors]?: (Name extends 'agent' | 'session' ? string : Selectors[Name]) | undefined
}

/** Add the options that say which sessions: the same for every command. `modelOption`: where `--model` means something else. */
export function withSelectors(command: Command, modelOption = '--model'): Command {
  return command
    .optionsGroup('Which sessions:')
    .option('--agent <formats>', 'of these agents, separated by commas: claude_code, codex, …')
    .option('--project <text>', 'whose project has this in its path; a path takes what lies below it')
    .option(`${modelOption} <pattern>`, 'in which a model answered: a part of its name, or a pattern with * and ?')
    .option('--since <time>', 'that went on then or later: 7d, 2h, yesterday, monday, 2026-11-01, a time of ISO 8601')
    .option('--until <time>', 'that began by then; a day counts whole')
    .option('--failed', 'in which a tool failed')
    .option('--corrected', 'in which a tool failed and the person spoke soon after')
    .option('--session <ids>', 'beginnings of trace ids, or ids of root sessions, separated by commas')
    .optionsGroup('Options:')
}

/** The selectors among flags. */
export function selectorsFrom(flags: SelectFlags): Selectors {
  return Object.fromEntries(SELECTORS.flatMap(name => (flags[name] === undefined ? [] : [[name, flags[name]]])))
}

/** The option that says what is said in the sessions, for commands that read a store. */
export function withSearch(command: Command): Command {
  return command
    .optionsGroup('Which sessions:')
    .option('--search <text>', 'in which this is said, as `tracewright search` finds it; of a store')
    .optionsGroup('Options:')
}

/** The selectors among flags, with what a search among them finds. */
export async function selectorsAt(path: string, flags: SelectFlags): Promise<Selectors> {
  const select = selectorsFrom(flags)
  if (flags.search === undefined) return select
  const { searchStore } = await import('../../search/search-store.ts')
  const { sessions } = await searchStore(path, flags.search, { limit: Infinity, hits: 0 })
  return { ...select, ids: sessions.map(({ trace_id }) => trace_id) }
}
