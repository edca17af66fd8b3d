import { selectorOf } from '../dataset/select.ts'
import { SELECTORS, type Selectors } from '../dataset/selectors.ts'
import { TracewrightError } from '../errors.ts'
import { visibleLine } from '../visible.ts'
import type { Count, SessionList } from './api.ts'
import type { Indexed, Said, SessionIndex } from './session-index.ts'

/** What a page asks for: selectors as the command line has them, and what only a list can tell. */
export type ListQuery = {
  select: Selectors
  status: string | null
  label: string | null // accept, reject, disputed, none, any
  tag: string | null
  children: 'no' | 'yes' | 'only'
  ids: readonly string[] | null // what a search has found
  sort: Sort
}

/** What lists are sorted by. */
export type Sort = keyof typeof SORTS

const SORTS = {
  newest: null, // as the index has them
  oldest: (a: Indexed, b: Indexed) => a.at - b.at || a.number - b.number,
  messages: (a: Indexed, b: Indexed) => Number(b.facts.message_count) - Number(a.facts.message_count),
  failures: (a: Indexed, b: Indexed) => Number(b.facts.errors) - Number(a.facts.errors),
  tokens: (a: Indexed, b: Indexed) => b.tokens - a.tokens,
  cost: (a: Indexed, b: Indexed) => (b.usd ?? -1) - (a.usd ?? -1),
} as const

/** The query in an address: unknown names are refused, so that a misspelt one does not select everything. */
export function listQueryOf(params: URLSearchParams): ListQuery {
  const select: { [name: string]: string | boolean } = {}
  for (const name of SELECTORS) {
    const value = params.get(name)
    if (value === null || value === '') continue
    select[name] = name === 'failed' || name === 'corrected' ? value !== 'false' && value !== '0' : value
  }
  const sort = params.get('sort') ?? 'newest'
  if (!Object.hasOwn(SORTS, sort)) throw wrong('sort', sort, Object.keys(SORTS))
  const children = params.get('children') ?? 'no'
  if (children !== 'no' && children !== 'yes' && children !== 'only') throw wrong('children', children, ['no', 'yes', 'only'])
  return {
    select: select as Selectors,
    status: params.get('status') || null,
    label: params.get('label') || null,
    tag: params.get('tag') || null,
    children,
    ids: null,
    sort: sort as Sort,
  }
}

/** A part of the sessions that a query takes, with how many there are of each kind. */
export function sessionList(
  index: SessionIndex,
  query: ListQuery,
  said: Said,
  { offset, limit, version }: { offset: number; limit: number; version: string },
): SessionList {
  const found = inOrder(sessionsOf(index, query, said), query)
  return {
    version,
    total: found.length,
    offset,
    lines: found.slice(offset, offset + limit).map(session => index.line(session, said)),
    facets: {
      agent: counts(sessionsOf(index, without(query, 'agent'), said), ({ facts }) => [facts.source_kind]),
      project: counts(sessionsOf(index, without(query, 'project'), said), ({ facts }) => [facts.project]),
      model: counts(sessionsOf(index, without(query, 'model'), said), ({ facts }) => facts.models),
      status: counts(sessionsOf(index, without(query, 'status'), said), ({ facts }) => [facts.status]),
      label: counts(sessionsOf(index, without(query, 'label'), said), ({ facts }) => [said.of(facts.trace_id).label]),
    },
    without: found.length > 0 ? [] : excluding(index, query, said),
  }
}

/** Ids of the sessions that a query takes, in its order. */
export function idsInOrder(index: SessionIndex, query: ListQuery, said: Said): string[] {
  return inOrder(sessionsOf(index, query, said), query).map(({ facts }) => facts.trace_id)
}

function inOrder(sessions: Indexed[], { sort }: ListQuery): Indexed[] {
  const order = SORTS[sort]
  return order === null ? sessions : sessions.sort(order)
}

/** Sessions that a query takes, newest first. */
export function sessionsOf(index: SessionIndex, query: ListQuery, said: Said): Indexed[] {
  const isSelected = selectorOf(query.select)
  const ids = query.ids === null ? null : new Set(query.ids)
  const { status, label, tag, children } = query
  return index.sessions.filter(({ facts }) => {
    const isChild = facts.relation === 'subagent'
    if (children === 'no' ? isChild : children === 'only' && !isChild) return false
    if (status !== null && facts.status !== status) return false
    if (ids !== null && !ids.has(facts.trace_id)) return false
    if (!isSelected(facts)) return false
    if (label === null && tag === null) return true
    const words = said.of(facts.trace_id)
    if (tag !== null && !words.tags.includes(tag)) return false
    return label === null || (label === 'none' ? words.label === null : label === 'any' ? words.label !== null : words.label === label)
  })
}

/** Each kind of value with the number of sessions that have it, the most first. */
export function counts(sessions: readonly Indexed[], valuesOf: (session: Indexed) => readonly (string | null)[]): Count[] {
  const found = new Map<string | null, number>()
  for (const session of sessions) {
    const values = valuesOf(session)
    for (const value of values.length > 1 ? new Set(values) : values) found.set(value, (found.get(value) ?? 0) + 1)
  }
  return [...found]
    .map(([value, count]) => ({ value: value === null ? null : visibleLine(value), count }))
    .sort((a, b) => b.count - a.count || String(a.value).localeCompare(String(b.value)))
    .slice(0, MAX_VALUES)
}

const MAX_VALUES = 100

function without(query: ListQuery, name: string): ListQuery {
  if (name === 'tag' || name === 'status' || name === 'label') return { ...query, [name]: null }
  if (name === 'search') return { ...query, ids: null }
  const { [name as keyof Selectors]: _, ...select } = query.select
  return { ...query, select }
}

function excluding(index: SessionIndex, query: ListQuery, said: Said): SessionList['without'] {
  const given = [
    ...SELECTORS.filter(name => query.select[name] !== undefined),
    ...(['status', 'label', 'tag'] as const).filter(name => query[name] !== null),
    ...(query.ids === null ? [] : ['search']),
  ]
  return given.map(name => ({ name, count: sessionsOf(index, without(query, name), said).length })).sort((a, b) => b.count - a.count)
}

function wrong(name: string, found: string, expected: readonly string[]): TracewrightError {
  return new TracewrightError(
    'usage',
    `Cannot list sessions: found ${name} '${visibleLine(found)}', expected one of ${expected.join(', ')}`,
  )
}
