import { setImmediate } from 'node:timers/promises'
import { chargesOf, tokensOf } from '../cost/charges.ts'
import { openPriceTable, type PriceTable } from '../cost/price-table.ts'
import { readFacts } from '../dataset/dataset-facts.ts'
import type { Facts } from '../dataset/facts.ts'
import type { LabelEvent } from '../labels/label.ts'
import { visibleLine } from '../visible.ts'
import type { SessionLine } from './api.ts'
import { HeldFacts } from './held-facts.ts'

/** What is held of a session for lists and sums: its facts without its responses, which are summed up. */
export type Indexed = {
  number: number // of its row
  facts: Facts
  at: number // milliseconds; -Infinity where no time is known
  week: string | null // its Monday
  tokens: number
  cached: number
  usd: number | null
  unpriced: number
  spent: readonly Spent[]
}

/** What a model took in a week. */
type Spent = { week: string | null; model: string; usd: number | null; tokens: number }

/** All sessions of a source, the newest first, as lists and overviews need them: nothing of it reads messages. */
export class SessionIndex {
  readonly sessions: readonly Indexed[]
  readonly byId: ReadonlyMap<string, Indexed>
  private readonly children: ReadonlyMap<string | null, readonly Indexed[]>

  private constructor(sessions: readonly Indexed[]) {
    this.sessions = [...sessions].sort((a, b) => b.at - a.at || b.number - a.number)
    this.byId = new Map(sessions.map(session => [session.facts.trace_id, session]))
    this.children = Map.groupBy(sessions, ({ facts }) => facts.parent_trace_id)
  }

  /** Read facts of all rows. Others have their turn meanwhile. */
  static async load(path: string): Promise<SessionIndex> {
    const prices = await openPriceTable(null)
    const held = new HeldFacts()
    const sessions: Indexed[] = []
    for await (const facts of readFacts(path)) {
      sessions.push(indexed(facts, sessions.length, prices, held))
      if (sessions.length % AT_ONCE === 0) await setImmediate()
    }
    return new SessionIndex(sessions)
  }

  /** Sessions that left this one, or that it spawned, as their rows stand. */
  childrenOf(traceId: string): readonly Indexed[] {
    return this.children.get(traceId) ?? []
  }

  /** The sessions above one, outermost first; a circle ends where it closes. */
  above(traceId: string): Indexed[] {
    const above: Indexed[] = []
    const seen = new Set([traceId])
    let at = this.byId.get(traceId)?.facts.parent_trace_id ?? null
    while (at !== null && seen.size < seen.add(at).size) {
      const session = this.byId.get(at)
      if (session === undefined) break
      above.unshift(session)
      at = session.facts.parent_trace_id
    }
    return above
  }

  /** A session as a line of a list. */
  line(session: Indexed, said: Said = NOTHING_SAID): SessionLine {
    const { facts, number, tokens, usd, unpriced } = session
    const words = said.of(facts.trace_id)
    return {
      number,
      trace_id: facts.trace_id,
      agent: shown(facts.source_kind),
      project: shown(facts.project),
      git_branch: shown(facts.git_branch),
      models: facts.models.map(visibleLine),
      started_at: facts.started_at === null ? null : new Date(facts.started_at).toISOString(),
      status: shown(facts.status),
      relation: shown(facts.relation),
      parent_trace_id: facts.parent_trace_id,
      messages: Number(facts.message_count),
      prompts: Number(facts.prompts),
      calls: Number(facts.tool_calls),
      failures: Number(facts.errors),
      corrections: Number(facts.corrections),
      children: this.childrenOf(facts.trace_id).length,
      tokens,
      usd,
      unpriced_tokens: unpriced,
      first_prompt: shown(facts.first_prompt),
      final_message: shown(facts.final_message),
      ...words,
    }
  }
}

const AT_ONCE = 1000

/** What people said of sessions as a whole. */
export type Said = { of(traceId: string): { label: string | null; tags: string[] } }

const NOTHING_SAID: Said = { of: () => ({ label: null, tags: [] }) }

/** What standing labels say of each session. */
export function saidBy(labels: readonly LabelEvent[]): Said {
  const bySession = Map.groupBy(
    labels.filter(({ message }) => message === null),
    ({ trace_id }) => trace_id,
  )
  return {
    of(traceId) {
      const labels = bySession.get(traceId) ?? []
      const verdicts = new Set(labels.filter(({ name }) => name === 'verdict').map(({ value }) => value))
      const tags = new Set(labels.filter(({ name }) => name === 'tag').map(({ value }) => visibleLine(value)))
      return { label: verdicts.size > 1 ? 'disputed' : ([...verdicts][0] ?? null), tags: [...tags] }
    },
  }
}

function shown(text: string | null): string | null {
  return text === null ? null : visibleLine(text.trim().replace(/\s+/g, ' '))
}

function indexed(facts: Facts, number: number, prices: PriceTable, held: HeldFacts): Indexed {
  const spent: Spent[] = []
  let [tokens, cached, unpriced] = [0, 0, 0]
  let usd: number | null = null
  for (const charge of chargesOf(facts, prices, false)) {
    const used = tokensOf(charge)
    tokens += used
    cached += charge.cached_input_tokens ?? 0
    if (charge.usd === null) unpriced += used
    else usd = (usd ?? 0) + charge.usd
    const week = charge.at === null ? null : weekOf(charge.at)
    const model = held.shown(charge.model ?? '(not recorded)')
    let sum = spent.find(sum => sum.week === week && sum.model === model)
    if (sum === undefined) spent.push((sum = { week, model, usd: null, tokens: 0 }))
    sum.tokens += used
    if (charge.usd !== null) sum.usd = (sum.usd ?? 0) + charge.usd
  }
  const at = facts.started_at ?? facts.ended_at ?? -Infinity
  const week = at === -Infinity ? null : weekOf(at)
  return { number, facts: held.hold(facts), at, week, tokens, cached, usd, unpriced, spent }
}

const DAY = 86_400_000

/** The Monday of a week in the time of the world: weeks are compared, not lived in. */
export function weekOf(at: number): string {
  const day = Math.floor(at / DAY)
  const monday = day - ((day + 3) % 7)
  const known = mondays.get(monday)
  if (known !== undefined) return known
  const week = new Date(monday * DAY).toISOString().slice(0, 10)
  if (mondays.size < MAX_MONDAYS) mondays.set(monday, week)
  return week
}

/** Weeks as text: to write a date takes longer than all else that is done for a response. */
const mondays = new Map<number, string>()
const MAX_MONDAYS = 10_000
