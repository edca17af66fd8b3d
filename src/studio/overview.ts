import { visibleLine } from '../visible.ts'
import type { Overview } from './api.ts'
import { type Indexed, weekOf } from './session-index.ts'
import { counts } from './session-list.ts'

/** Sums over sessions, from what the index holds. */
export function overviewOf(sessions: readonly Indexed[]): Overview {
  const sum = (of: (session: Indexed) => number) => sessions.reduce((total, session) => total + of(session), 0)
  const priced = sessions.filter(({ usd }) => usd !== null)
  return {
    sessions: sessions.length,
    messages: sum(({ facts }) => Number(facts.message_count)),
    failed: sessions.filter(({ facts }) => facts.errors > 0).length,
    corrected: sessions.filter(({ facts }) => facts.corrections > 0).length,
    tokens: sum(({ tokens }) => tokens),
    cached_tokens: sum(({ cached }) => cached),
    usd: priced.length === 0 ? null : sum(({ usd }) => usd ?? 0),
    unpriced_tokens: sum(({ unpriced }) => unpriced),
    weeks: weeksOf(sessions),
    agents: counts(sessions, ({ facts }) => [facts.source_kind]),
    models: modelsOf(sessions),
    projects: counts(sessions, ({ facts }) => [facts.project]).slice(0, SHOWN),
    statuses: counts(sessions, ({ facts }) => [facts.status]),
    tools: toolsOf(sessions),
  }
}

/** Tools and models that are told; the others are few. */
const SHOWN = 30

function weeksOf(sessions: readonly Indexed[]): Overview['weeks'] {
  const weeks = new Map<string, { agents: Map<string, number>; usd: Map<string, number> }>()
  const at = (week: string) => {
    const known = weeks.get(week) ?? { agents: new Map<string, number>(), usd: new Map<string, number>() }
    weeks.set(week, known)
    return known
  }
  for (const session of sessions) {
    const agent = session.facts.source_kind ?? '(not recorded)'
    if (session.week !== null) {
      const { agents } = at(session.week)
      agents.set(agent, (agents.get(agent) ?? 0) + 1)
    }
    for (const { week, model, usd } of session.spent) {
      if (week === null || usd === null) continue
      const spent = at(week).usd
      spent.set(model, (spent.get(model) ?? 0) + usd)
    }
  }
  for (const week of between([...weeks.keys()].sort())) at(week)
  return [...weeks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(-MAX_WEEKS)
    .map(([week, { agents, usd }]) => ({
      week,
      agents: Object.fromEntries([...agents].map(([agent, n]) => [visibleLine(agent), n])),
      usd: Object.fromEntries(usd),
    }))
}

const MAX_WEEKS = 104
const WEEK = 7 * 86_400_000

/** The weeks from the first to the last, the latest of them: those without sessions are seen as such. */
function between(weeks: readonly string[]): string[] {
  const last = Date.parse(weeks.at(-1) ?? '')
  const first = Math.max(Date.parse(weeks[0] ?? ''), last - (MAX_WEEKS - 1) * WEEK)
  return Number.isNaN(last) ? [] : Array.from({ length: (last - first) / WEEK + 1 }, (_, i) => weekOf(first + i * WEEK))
}

function modelsOf(sessions: readonly Indexed[]): Overview['models'] {
  const models = new Map<string, { usd: number | null; tokens: number }>()
  for (const { spent } of sessions)
    for (const { model, usd, tokens } of spent) {
      const known = models.get(model) ?? { usd: null, tokens: 0 }
      models.set(model, { usd: usd === null ? known.usd : (known.usd ?? 0) + usd, tokens: known.tokens + tokens })
    }
  return [...models]
    .map(([model, sums]) => ({ model, ...sums }))
    .sort((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || b.tokens - a.tokens)
    .slice(0, SHOWN)
}

function toolsOf(sessions: readonly Indexed[]): Overview['tools'] {
  const tools = new Map<string, { calls: number; failed: number; sessions: number }>()
  for (const { facts } of sessions)
    for (const { name, calls, failed } of facts.tools) {
      const known = tools.get(name) ?? { calls: 0, failed: 0, sessions: 0 }
      tools.set(name, { calls: known.calls + Number(calls), failed: known.failed + Number(failed), sessions: known.sessions + 1 })
    }
  return [...tools]
    .map(([name, sums]) => ({ name: visibleLine(name), ...sums }))
    .sort((a, b) => b.calls - a.calls)
    .slice(0, SHOWN)
}
