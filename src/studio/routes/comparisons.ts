import { Hono } from 'hono'
import { TracewrightError } from '../../errors.ts'
import { answer, notFound } from '../answer.ts'
import { alignCalls } from '../comparison.ts'
import type { Desk } from '../desk.ts'

/** Sessions beside each other. */
export function comparisonRoutes(desk: Desk): Hono {
  const routes = new Hono()

  routes.get('/:source/compare', async c => {
    const source = desk.source(c.req.param('source'))
    const ids = new Set(c.req.queries('id') ?? [])
    if (ids.size < 2 || ids.size > MAX_SESSIONS)
      throw new TracewrightError('usage', `Cannot compare: found ${ids.size} different sessions, expected 2 to ${MAX_SESSIONS}`)
    const { index } = await desk.turnstile.pass(() => source.index())
    const { said } = source.labels()
    const sessions = []
    for (const id of ids) {
      const session = await desk.turnstile.pass(() => source.session(id))
      if (session === null) throw notFound('session of this id')
      sessions.push(session)
    }
    return answer(c, {
      sessions: sessions.map(({ indexed }) => index.line(indexed, said)),
      ...alignCalls(sessions.map(({ pages }) => pages.calls())),
    })
  })

  return routes
}

/** Sessions that are shown beside each other. */
const MAX_SESSIONS = 4
