import { Hono } from 'hono'
import { selects } from '../../dataset/selectors.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject } from '../../json/json.ts'
import { searchStore } from '../../search/search-store.ts'
import { visible, visibleLine } from '../../visible.ts'
import { answer, notFound } from '../answer.ts'
import type { SessionPage } from '../api.ts'
import { whole } from '../clip.ts'
import type { Desk } from '../desk.ts'
import { numberIn } from '../number-in.ts'
import type { OpenSession, OpenSource } from '../open-source.ts'
import { overviewOf } from '../overview.ts'
import { pictureBytes } from '../picture.ts'
import { idsInOrder, type ListQuery, listQueryOf, sessionList, sessionsOf } from '../session-list.ts'

/** Lists of sessions, and sessions. */
export function sessionRoutes(desk: Desk): Hono {
  const routes = new Hono()

  routes.get('/:source/sessions', async c => {
    const source = desk.source(c.req.param('source'))
    const params = new URL(c.req.url).searchParams
    const { index, version } = await desk.turnstile.pass(() => source.index())
    const query = await withSearch(desk, source, listQueryOf(params), params.get('search'))
    const offset = numberIn(params.get('offset'), 'offset', { to: 1e9, otherwise: 0 })
    const limit = numberIn(params.get('limit'), 'limit', { from: 1, to: MAX_LINES, otherwise: 100 })
    return answer(c, sessionList(index, query, source.labels().said, { offset, limit, version }))
  })

  routes.get('/:source/queue', async c => {
    const source = desk.source(c.req.param('source'))
    const params = new URL(c.req.url).searchParams
    const { index } = await desk.turnstile.pass(() => source.index())
    const query = await withSearch(desk, source, listQueryOf(params), params.get('search'))
    return answer(c, idsInOrder(index, query, source.labels().said).slice(0, MAX_QUEUE))
  })

  routes.get('/:source/overview', async c => {
    const source = desk.source(c.req.param('source'))
    const params = new URL(c.req.url).searchParams
    const { index } = await desk.turnstile.pass(() => source.index())
    const query = listQueryOf(params)
    return answer(c, overviewOf(sessionsOf(index, { ...query, children: 'yes' }, source.labels().said)))
  })

  routes.get('/:source/sessions/:id', async c => {
    const source = desk.source(c.req.param('source'))
    const session = await read(desk, source, c.req.param('id'))
    const from = numberIn(c.req.query('from'), 'from', { to: 1e9, otherwise: 0 })
    const count = numberIn(c.req.query('count'), 'count', { from: 1, to: MAX_ITEMS, otherwise: MAX_ITEMS })
    return answer(c, await pageOf(source, session, from, count))
  })

  routes.get('/:source/sessions/:id/part/:item/:part', async c => {
    const { pages } = await read(desk, desk.source(c.req.param('source')), c.req.param('id'))
    const part = c.req.param('part')
    if (part !== 'text' && part !== 'arguments' && part !== 'result') throw notFound('such part of an item')
    const text = pages.text(numberIn(c.req.param('item'), 'item', { to: 1e9, otherwise: 0 }), part)
    if (text === null) throw notFound(`${part} of this item`)
    return answer(c, text)
  })

  routes.get('/:source/sessions/:id/picture/:item/:nth', async c => {
    const { pages } = await read(desk, desk.source(c.req.param('source')), c.req.param('id'))
    const at = (name: 'item' | 'nth') => numberIn(c.req.param(name), name, { to: 1e9, otherwise: 0 })
    const picture = pictureBytes(pages.pictures(at('item'))[at('nth')] ?? '')
    if (picture === null) throw notFound('picture there that may be shown')
    c.header('content-security-policy', "default-src 'none'; sandbox")
    return c.body(picture.bytes, 200, { 'content-type': picture.type })
  })

  routes.get('/:source/sessions/:id/raw/:message', async c => {
    const { row } = await read(desk, desk.source(c.req.param('source')), c.req.param('id'))
    const message = numberIn(c.req.param('message'), 'message', { to: 1e9, otherwise: 0 })
    const [messages, metas] = [row['messages'], row['message_meta']]
    const said = Array.isArray(messages) ? messages[message] : undefined
    if (!isObject(said)) throw notFound('message of this number')
    const meta = Array.isArray(metas) ? (metas[message] ?? null) : null
    return answer(c, whole(writeJson({ message: said, meta }, 2)))
  })

  routes.get('/:source/sessions/:id/find', async c => {
    const { pages } = await read(desk, desk.source(c.req.param('source')), c.req.param('id'))
    return answer(c, pages.find((c.req.query('q') ?? '').slice(0, MAX_WORDS)))
  })

  routes.get('/:source/search', async c => {
    const source = desk.source(c.req.param('source'), 'store')
    const params = new URL(c.req.url).searchParams
    const { select } = listQueryOf(params)
    const result = await search(desk, source, params.get('q') ?? '', {
      ...(selects(select) ? { select } : {}),
      regexp: params.has('regexp'),
      caseSensitive: params.has('case'),
      limit: numberIn(params.get('limit'), 'limit', { from: 1, to: MAX_LINES, otherwise: 50 }),
      hits: MAX_HITS,
    })
    const sessions = result.sessions.map(found => ({
      ...found,
      project: found.project === null ? null : visibleLine(found.project),
      hits: found.hits.map(hit => ({
        message: hit.message,
        whose: visibleLine(hit.whose),
        before: visible(hit.before),
        match: visible(hit.match),
        after: visible(hit.after),
      })),
    }))
    return answer(c, { ...result, sessions, problems: result.problems.map(visible) })
  })

  return routes
}

/** Lines of a list, and items of a session, in one answer. */
const MAX_LINES = 500
const MAX_ITEMS = 4000
const MAX_QUEUE = 50_000

const MAX_WORDS = 1000
const MAX_HITS = 20
const PATTERN_MS = 5000

async function read(desk: Desk, source: OpenSource, id: string): Promise<OpenSession> {
  const session = await desk.turnstile.pass(() => source.session(id))
  if (session === null) throw notFound('session of this id')
  return session
}

async function pageOf(source: OpenSource, { pages, indexed }: OpenSession, from: number, count: number): Promise<SessionPage> {
  const { index, version } = await source.index()
  const { said } = source.labels()
  const id = indexed.facts.trace_id
  const nameOf = (traceId: string) => visibleLine(index.byId.get(traceId)?.facts.first_prompt?.split('\n', 1)[0] ?? traceId)
  const above = index.above(id)
  const parent = above.at(-1)
  const isPath = indexed.facts.relation !== 'subagent' && parent !== undefined
  const stem = isPath ? parent : indexed
  const leaving = index.childrenOf(stem.facts.trace_id).filter(({ facts }) => facts.relation !== 'subagent')
  const agents = index.childrenOf(parent?.facts.trace_id ?? '').filter(({ facts }) => facts.relation === 'subagent')
  return {
    version,
    trace_id: id,
    ...pages.heading(),
    line: index.line(indexed, said),
    total: pages.size,
    from,
    items: pages.items(from, count),
    paths:
      leaving.length === 0
        ? []
        : [stem, ...leaving].map(({ facts }) => ({
            trace_id: facts.trace_id,
            relation: facts === stem.facts ? 'from here' : visibleLine(facts.relation ?? 'session'),
            title: nameOf(facts.trace_id),
            current: facts.trace_id === id,
          })),
    siblings: indexed.facts.relation === 'subagent' ? agents.map(({ facts }) => facts.trace_id).reverse() : [],
    above: above.map(({ facts }) => ({ trace_id: facts.trace_id, title: nameOf(facts.trace_id) })),
  }
}

type SearchAs = NonNullable<Parameters<typeof searchStore>[2]>

function search(desk: Desk, source: OpenSource, words: string, options: SearchAs): ReturnType<typeof searchStore> {
  if (words.length > MAX_WORDS)
    throw new TracewrightError('usage', `Cannot search: found ${words.length} characters, expected at most ${MAX_WORDS}`)
  return desk.turnstile.pass(() => searchStore(source.found.path, words, { ...options, patternMs: PATTERN_MS }))
}

async function withSearch(desk: Desk, source: OpenSource, query: ListQuery, words: string | null): Promise<ListQuery> {
  if (words === null || words === '' || source.found.kind !== 'store') return query
  const { sessions } = await search(desk, source, words, { limit: Infinity, hits: 0 })
  return { ...query, ids: sessions.map(({ trace_id }) => trace_id) }
}
