import { Hono } from 'hono'
import { TracewrightError } from '../../errors.ts'
import { isObject, type Json, parseJson } from '../../json/json.ts'
import type { Label } from '../../labels/label.ts'
import { declaredNames } from '../../labels/label-names.ts'
import { visibleLine } from '../../visible.ts'
import { answer } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { labelSummary } from '../label-summary.ts'
import { requestText } from '../request-text.ts'

/** What people say of sessions and messages. */
export function labelRoutes(desk: Desk): Hono {
  const routes = new Hono()

  routes.get('/:source/labels', c => {
    const source = desk.source(c.req.param('source'), 'store')
    const session = c.req.query('session')
    return answer(c, session === undefined ? source.labels().labels : source.labelsOf(session))
  })

  routes.get('/:source/labels/summary', c => answer(c, labelSummary(desk.source(c.req.param('source'), 'store').book!.all())))

  routes.get('/:source/labels/names', c => {
    const declared = declaredNames(desk.source(c.req.param('source'), 'store').found.path)
    return answer(
      c,
      declared.filter(({ values }) => values.every(value => visibleLine(value) === value)), // what cannot be shown cannot be chosen
    )
  })

  routes.post('/:source/labels', async c => {
    const source = desk.source(c.req.param('source'), 'store')
    if (desk.isReadOnly) throw new TracewrightError('usage', 'Cannot label: the studio was started with --read-only')
    const request = labelsIn(parseJson(await requestText(c)))
    await source.index()
    await desk.pen.pass(() => source.book!.say(request))
    const standing = [...new Set(request.sessions)].flatMap(id => source.labelsOf(id))
    return answer(c, standing, 201)
  })

  return routes
}

/** Sessions and labels of one request, and characters of one label. */
const MAX_SESSIONS = 10_000
const MAX_LABELS = 20
const MAX_CHARACTERS = 10_000

function labelsIn(value: Json | undefined): {
  sessions: string[]
  message: number | null
  labels: Label[]
  undo: boolean
  by: string | null
} {
  if (!isObject(value)) throw expected('a JSON object')
  const { sessions, message = null, labels, undo = false, by = null } = value
  if (!Array.isArray(sessions) || sessions.length === 0 || sessions.length > MAX_SESSIONS || !sessions.every(id => typeof id === 'string'))
    throw expected(`sessions: 1 to ${MAX_SESSIONS} trace ids`)
  if (message !== null && !(Number.isSafeInteger(message) && (message as number) >= 0)) throw expected('message: null or its number')
  if (message !== null && sessions.length > 1) throw expected('one session for a message')
  if (!Array.isArray(labels) || labels.length === 0 || labels.length > MAX_LABELS || !labels.every(isLabel))
    throw expected(`labels: 1 to ${MAX_LABELS} objects with name (verdict, tag, note, or one of your own) and value`)
  if (typeof undo !== 'boolean') throw expected('undo: true or false')
  if (by !== null && typeof by !== 'string') throw expected('by: null or a name')
  return { sessions: sessions as string[], message: message as number | null, labels: labels as unknown as Label[], undo, by }
}

function isLabel(label: Json): boolean {
  if (!isObject(label)) return false
  const { name, value } = label
  return typeof name === 'string' && typeof value === 'string' && value.length <= MAX_CHARACTERS
}

function expected(what: string): TracewrightError {
  return new TracewrightError('usage', `Cannot label: expected ${what}`)
}
