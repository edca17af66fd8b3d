import { Hono } from 'hono'
import { answer, notFound } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { KeptChanges } from '../kept-changes.ts'
import { numberIn } from '../number-in.ts'
import { exportPage, exportRows } from '../open-export.ts'
import { OpenRun } from '../open-run.ts'

/** Runs and exports. */
export function runRoutes(desk: Desk): Hono {
  const routes = new Hono()
  const runs = new Map<string, OpenRun>()
  const changes = new KeptChanges()
  const runAt = (id: string) => {
    const { found } = desk.source(id, 'run')
    const run = runs.get(id) ?? new OpenRun(found)
    runs.set(id, run)
    return run
  }
  const bounds = (offset: string | undefined, limit: string | undefined, otherwise: number) => ({
    offset: numberIn(offset, 'offset', { to: 1e9, otherwise: 0 }),
    limit: numberIn(limit, 'limit', { from: 1, to: MAX_ROWS, otherwise }),
  })

  routes.get('/:source/run', async c => answer(c, await runAt(c.req.param('source')).page()))

  routes.get('/:source/run/life', c => answer(c, runAt(c.req.param('source')).life()))

  routes.get('/:source/run/failures/:row', async c => {
    const run = runAt(c.req.param('source'))
    return answer(c, await desk.turnstile.pass(() => run.failure(c.req.param('row'))))
  })

  routes.get('/:source/run/rows', async c => {
    const run = runAt(c.req.param('source'))
    const { offset, limit } = bounds(c.req.query('offset'), c.req.query('limit'), 50)
    return answer(c, await desk.turnstile.pass(() => run.rows(offset, limit)))
  })

  routes.get('/:source/run/rows/:index', async c => {
    const run = runAt(c.req.param('source'))
    const index = numberIn(c.req.param('index'), 'row', { to: 1e9, otherwise: 0 })
    return answer(c, await desk.turnstile.pass(() => run.row(index)))
  })

  routes.get('/:source/run/rows/:index/picture/:column/:nth', async c => {
    const run = runAt(c.req.param('source'))
    const at = (name: 'index' | 'column' | 'nth') => numberIn(c.req.param(name), name, { to: 1e9, otherwise: 0 })
    const picture = await desk.turnstile.pass(() => run.picture(at('index'), at('column'), at('nth')))
    if (picture === null) throw notFound('picture there that may be shown')
    c.header('content-security-policy', "default-src 'none'; sandbox")
    return c.body(picture.bytes, 200, { 'content-type': picture.type })
  })

  routes.get('/:source/export', async c => {
    const { found } = desk.source(c.req.param('source'), 'export')
    return answer(c, await desk.turnstile.pass(() => exportPage(found)))
  })

  routes.get('/:source/export/rows', async c => {
    const { found } = desk.source(c.req.param('source'), 'export')
    const { offset, limit } = bounds(c.req.query('offset'), c.req.query('limit'), 10)
    return answer(c, await desk.turnstile.pass(() => exportRows(found, c.req.query('split') ?? null, offset, limit)))
  })

  routes.get('/:source/export/diff', async c => {
    const { found } = desk.source(c.req.param('source'), 'export')
    const before = desk.source(c.req.query('before') ?? '', 'export').found
    return answer(c, await desk.turnstile.pass(() => changes.of(before, found)))
  })

  return routes
}

const MAX_ROWS = 200
