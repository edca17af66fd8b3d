import { selectIds } from '../dataset/dataset-facts.ts'
import { type Selectors, selects } from '../dataset/selectors.ts'
import { readAgain } from '../dataset/store/read-again.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import { APART } from './folded.ts'
import { type Needle, patternNeedle, wordsNeedle } from './needle.ts'
import type { PageEntry, Segment } from './segment.ts'
import { openSegments, refreshSearch } from './segments.ts'

/** What to look for, and where. */
export type SearchOptions = {
  /** Which sessions; default: all. */
  select?: Selectors
  /** The text is a regular expression; ^ and $ are ends of lines. */
  regexp?: boolean
  /** Default: false. */
  caseSensitive?: boolean
  /** Only in words of these: human, model, tool, harness, agent, hook. */
  whose?: readonly string[]
  /** What a regular expression may take in all; default 10,000. */
  patternMs?: number
  /** Sessions, the newest ones; default 20; Infinity for all. */
  limit?: number
  /** Places that are told of each session, the first ones; default all. All are counted. */
  hits?: number
  /** Called for each row where what is searched has to be made first. */
  onBuild?: (done: number, total: number) => void
}

const SEARCH_OPTIONS: Known<SearchOptions> = {
  select: true,
  regexp: true,
  caseSensitive: true,
  whose: true,
  patternMs: true,
  limit: true,
  hits: true,
  onBuild: true,
}

/** A session in which something was found, and where. */
export type FoundIn = {
  /** Id of the row. */
  trace_id: string
  /** Path of the project. */
  project: string | null
  /** Format of the log. */
  agent: string | null
  /** ISO 8601. */
  started_at: string | null
  /** How many places there are. */
  places: number
  /** The places, in the order of the session, as many as were asked for. */
  hits: Hit[]
}

/** A place in a message, with what stands around it. */
export type Hit = {
  /** Index of the message. */
  message: number
  /** Human, model, tool, harness, agent or hook. */
  whose: string
  /** What stands before it in its line, cut. */
  before: string
  /** What was found. */
  match: string
  /** What stands behind it, cut. */
  after: string
}

/** What was found: sessions, the newest first, each with all its places. */
export type SearchResult = {
  /** Those in which something was found. */
  sessions: FoundIn[]
  /** There may be older ones: the limit was reached. */
  hasMore: boolean
  /** What could not be read, and was not searched. */
  problems: string[]
}

/** Look for words in everything that was said in a store: exactly, in any case, in names and paths too. */
export async function searchStore(folder: string, text: string, options: SearchOptions = {}): Promise<SearchResult> {
  refuseUnknownOptions(options, SEARCH_OPTIONS, 'searchStore')
  const { regexp = false, caseSensitive = false, limit = 20, hits = Infinity } = options
  const needle = regexp ? patternNeedle(text, caseSensitive, options.patternMs) : wordsNeedle(text, caseSensitive)
  try {
    return await readAgain(folder, async () => {
      const refreshed = await refreshSearch(folder, options.onBuild)
      const segments = openSegments(folder, refreshed)
      try {
        const wanted = selects(options.select) ? await idsOf(folder, options.select) : null
        return { ...(await find(segments, needle, { wanted, whose: options.whose ?? null, limit, hits })), problems: refreshed.problems }
      } finally {
        for (const segment of segments) segment[Symbol.dispose]()
      }
    })
  } finally {
    needle[Symbol.dispose]()
  }
}

async function idsOf(folder: string, selectors: Selectors): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const id of selectIds(folder, selectors)) ids.add(id)
  return ids
}

type Within = { wanted: ReadonlySet<string> | null; whose: readonly string[] | null; limit: number; hits: number }

type Found = FoundIn & { at: number }

/** Pages with the newest sessions come first; when none that is left can hold a session newer than those found, it is enough. */
async function find(segments: readonly Segment[], needle: Needle, within: Within): Promise<Pick<SearchResult, 'sessions' | 'hasMore'>> {
  const pages = segments.flatMap(segment =>
    segment.directory.pages.map(([, , newest], page) => ({ segment, page, newest: newest ?? -Infinity })),
  )
  pages.sort((a, b) => b.newest - a.newest)
  const found = new Map<string, Found>()
  let oldest = Infinity // of the sessions that would be told now
  let hasMore = false
  for (const { segment, page, newest } of pages) {
    if (found.size >= within.limit && newest < oldest) {
      hasMore = true
      break
    }
    if (!segment.mayHold(page, needle.bits)) continue
    if (!(await addHits(segment, page, needle, within, found))) continue
    if (found.size >= within.limit) oldest = [...found.values()].sort(byTime)[within.limit - 1]!.at
  }
  const sessions = [...found.values()].sort(byTime)
  return {
    sessions: sessions.slice(0, within.limit).map(({ at: _, ...session }) => ({ ...session, hits: first(session.hits, within.hits) })),
    hasMore: hasMore || sessions.length > within.limit,
  }
}

async function addHits(
  segment: Segment,
  page: number,
  needle: Needle,
  { wanted, whose, hits }: Within,
  found: Map<string, Found>,
): Promise<boolean> {
  const { entries, text } = segment.page(page)
  const spans = await needle.find(text)
  let hasFound = false
  let entry = 0
  for (const [start, end] of spans) {
    while (entry + 1 < entries.length && entries[entry + 1]![3] <= start) entry++
    const [row, message, speaker, begins] = entries[entry]!
    const [trace_id, at, project, agent] = segment.directory.rows[row]!
    const ends = (entries[entry + 1]?.[3] ?? text.length + APART.length) - APART.length
    // A pattern may run over the end of what one message says.
    if (end > ends || (wanted !== null && !wanted.has(trace_id)) || (whose !== null && !whose.includes(speaker))) continue
    hasFound = true
    const known = found.get(trace_id)
    const session = known ?? {
      trace_id,
      project,
      agent,
      started_at: at === null ? null : new Date(at).toISOString(),
      places: 0,
      hits: [],
      at: at ?? -Infinity,
    }
    if (known === undefined) found.set(trace_id, session)
    session.places++
    if (hits === 0) continue
    session.hits.push({ message, whose: speaker, ...around(text, start, end, begins, ends) })
    // Pages do not come in the order of a session: what is told is known at the end, and until then no more is held than twice of it.
    if (session.hits.length > 2 * hits) session.hits = first(session.hits, hits)
  }
  return hasFound
}

/** The first of some places, in the order of the session. */
function first(hits: Hit[], count: number): Hit[] {
  return hits.sort((a, b) => a.message - b.message).slice(0, count)
}

const CONTEXT = 60
const MATCH_SHOWN = 200

function around(text: string, start: number, end: number, begins: PageEntry[3], ends: number): Pick<Hit, 'before' | 'match' | 'after'> {
  const from = Math.max(begins, start - CONTEXT)
  const to = Math.min(ends, end + CONTEXT)
  return {
    before: `${from > begins ? '…' : ''}${text.slice(from, start)}`,
    match: text.slice(start, Math.min(end, start + MATCH_SHOWN)),
    after: `${text.slice(end, to)}${to < ends ? '…' : ''}`,
  }
}

function byTime(a: Found, b: Found): number {
  return b.at - a.at || (a.trace_id < b.trace_id ? -1 : 1)
}
