import { Command } from 'commander'
import type { SearchResult } from '../../search/search-store.ts'
import { shellWord } from '../../shell-word.ts'
import { wholeNumberFromOne } from '../options/amounts.ts'
import { type SelectFlags, selectorsFrom, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted, wantsColor } from '../terminal/print.ts'
import { ProgressLine } from '../terminal/progress.ts'
import { say, sayAside, sayJson, show } from '../terminal/say.ts'
import { storeNamed } from './store-named.ts'

/** `tracewright search`: words in everything that was said. */
export function search(): Command {
  return withSelectors(new Command('search'))
    .summary('find words in everything that was said')
    .description(
      'Find words in prompts, answers, reasoning, calls and results of a store: exactly as they stand, inside names and paths too, in any\n' +
        'case. The newest sessions come first. The first search of a store makes what it searches, and ingest keeps it up to date.',
    )
    .argument('<text>', 'words, as one text')
    .argument('[store]', 'as --store')
    .option('-s, --store <path>', 'store; default: the one in this folder')
    .option('-E, --regexp', 'the text is a regular expression')
    .option('--case', 'large and small letters differ')
    .option('--whose <origins>', 'only in words of these, separated by commas: human, model, tool, harness, agent, hook', text =>
      text.split(',').map(name => name.trim()),
    )
    .option('--limit <n>', 'sessions to show', wholeNumberFromOne, 20)
    .option('--all', 'show all sessions and all places in them')
    .option('--count', 'tell only how many there are, of all')
    .option('--json', 'print every session as a line of JSON')
    .action(async (text: string, named: string | undefined, given: SearchFlags) => {
      const flags = { ...given, ...storeNamed(named, given) }
      const { storeHere } = await import('../../dataset/find-sessions.ts')
      const { searchStore } = await import('../../search/search-store.ts')
      const store = flags.store ?? storeHere('.')
      const { regexp = false, case: caseSensitive = false, whose, all, count: counts } = flags
      const limit = all || counts ? Infinity : flags.limit
      const hits = counts ? 0 : flags.json || all ? Infinity : SHOWN_HITS
      const options = { select: selectorsFrom(flags), regexp, caseSensitive, limit, hits, ...(whose === undefined ? {} : { whose }) }
      const line = new ProgressLine('Making what is searched', 'sessions', { quiet: flags.json === true })
      const onBuild = (done: number, total: number) => line.update({ done, total })
      const result = await searchStore(store, text, { ...options, onBuild }).finally(() => line[Symbol.dispose]())
      await tell(result, flags)
      for (const problem of result.problems) sayAside(`Not searched: ${problem}`)
      process.exitCode = result.sessions.length === 0 ? EXIT.failed : EXIT.done
    })
}

type SearchFlags = SelectFlags & {
  store?: string
  regexp?: boolean
  case?: boolean
  whose?: string[]
  limit: number
  all?: boolean
  count?: boolean
  json?: boolean
}

const SHOWN_HITS = 3

async function tell({ sessions, hasMore }: SearchResult, { json, count: counts, store }: SearchFlags): Promise<void> {
  const places = sessions.reduce((sum, session) => sum + session.places, 0)
  const total = `${counted(places, 'place')} in ${counted(sessions.length, 'session')}`
  if (json) for (const session of sessions) sayJson(session)
  else if (counts) say(total)
  else if (sessions.length === 0) sayAside('Not found')
  else {
    const { foundLines } = await import('./found-lines.ts')
    const room = { width: process.stdout.isTTY ? process.stdout.columns : Infinity, color: wantsColor(process.stdout) }
    for (const session of sessions) show(`${foundLines(session, room).join('\n')}\n`)
    sayAside(
      `${total}${hasMore ? '; older ones too: --all' : ''}\nTo read one: tracewright show ID${store === undefined ? '' : ` -s ${shellWord(store)}`}`,
    )
  }
}
