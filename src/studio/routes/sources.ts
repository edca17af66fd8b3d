import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { COST_KEYS, type CostKey } from '../../cost/cost-keys.ts'
import { costOf } from '../../cost/cost-table.ts'
import { TracewrightError } from '../../errors.ts'
import { packageVersion } from '../../package-version.ts'
import { visibleLine } from '../../visible.ts'
import { answer } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { listQueryOf } from '../session-list.ts'

/** Which sources there are, when they change, and what they cost. */
export function sourceRoutes(desk: Desk): Hono {
  const routes = new Hono()
  let listeners = 0

  routes.get('/', c => answer(c, desk.sources(packageVersion())))

  routes.get('/changes', c => {
    if (listeners >= MAX_LISTENERS) throw new TracewrightError('usage', `Cannot tell of changes: ${MAX_LISTENERS} pages listen already`)
    listeners++
    return streamSSE(c, async stream => {
      let isOver = false
      stream.onAbort(() => {
        isOver = true
      })
      try {
        let told = ''
        for (let silent = 0; !isOver; silent++) {
          const versions = JSON.stringify(
            desk.sources('').sources.map(({ id, version, labels_version, updated_at }) => ({ id, version, labels_version, updated_at })),
          )
          if (versions !== told) {
            await stream.writeSSE({ event: 'versions', data: versions })
            told = versions
            silent = 0
          } else if (silent % 20 === 19) await stream.write(': still here\n\n')
          await stream.sleep(LOOK_MS)
        }
      } finally {
        listeners--
      }
    })
  })

  routes.get('/:source/cost', async c => {
    const source = desk.source(c.req.param('source'))
    const params = new URL(c.req.url).searchParams
    const by = (params.get('by') ?? 'month') as CostKey
    if (!COST_KEYS.includes(by))
      throw new TracewrightError('usage', `Cannot split a bill by '${visibleLine(by)}': expected ${COST_KEYS.join(', ')}`)
    const { select } = listQueryOf(params)
    const report = await desk.turnstile.pass(() => costOf(source.found.path, { by, select, computed: params.has('computed') }))
    const named = <T extends { key: string | null }>(line: T) => ({ ...line, key: line.key === null ? null : visibleLine(line.key) })
    return answer(c, {
      ...report,
      lines: report.lines.slice(0, MAX_COST_LINES).map(named),
      unpriced: report.unpriced.map(({ model, ...counts }) => ({ model: model === null ? null : visibleLine(model), ...counts })),
    })
  })

  return routes
}

/** How often it is looked whether anything has changed, while somebody listens. */
const LOOK_MS = 1000

/** People who listen at once: each has a connection and a clock. */
const MAX_LISTENERS = 50

const MAX_COST_LINES = 2000
