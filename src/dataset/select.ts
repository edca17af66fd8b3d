import { TracewrightError } from '../errors.ts'
import { formatNamed } from '../rollout/known-formats.ts'
import type { RowFacts } from './facts.ts'
import { dayAfter, momentOf } from './moment.ts'
import { checkSelectors, type Selectors } from './selectors.ts'

/** Whether facts meet selectors. Throws for what no selector can be. `now`: what times are reckoned from. */
export function selectorOf(selectors: Selectors, now: Date = new Date()): (facts: RowFacts) => boolean {
  checkSelectors(selectors)
  const tests: ((facts: RowFacts) => boolean)[] = []
  const { agent, project, model, since, until, failed, corrected, session } = selectors
  if (agent !== undefined) {
    const agents = listOf(agent).map(name => formatNamed(name.trim().replaceAll('-', '_')).name)
    tests.push(({ source_kind }) => source_kind !== null && agents.includes(source_kind))
  }
  if (project !== undefined) tests.push(projectTest(project))
  if (model !== undefined) {
    const isModel = modelTest(model)
    tests.push(({ models }) => models.some(isModel))
  }
  if (since !== undefined) {
    const from = momentOf('since', since, now).getTime()
    tests.push(({ started_at, ended_at }) => (ended_at ?? started_at ?? -Infinity) >= from)
  }
  if (until !== undefined) {
    const to = dayAfter(momentOf('until', until, now), until).getTime()
    tests.push(({ started_at, ended_at }) => (started_at ?? ended_at ?? Infinity) < to)
  }
  if (failed) tests.push(({ errors }) => errors > 0)
  if (corrected) tests.push(({ corrections }) => corrections > 0)
  if (session !== undefined) {
    const ids = listOf(session)
    if (ids.some(id => id === '')) throw new TracewrightError('usage', 'Cannot select a session: found an empty id')
    tests.push(({ trace_id, root_session_id }) => ids.some(id => trace_id.startsWith(id) || root_session_id === id))
  }
  if (selectors.ids !== undefined) {
    const found = new Set(selectors.ids)
    tests.push(({ trace_id }) => found.has(trace_id))
  }
  return facts => tests.every(test => test(facts))
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? value.split(',').map(part => part.trim()) : value
}

function projectTest(wanted: string): (facts: RowFacts) => boolean {
  const below = wanted.replace(/\/+$/, '')
  if (wanted.startsWith('/')) return ({ project }) => project === below || (project?.startsWith(`${below}/`) ?? false)
  const part = wanted.toLowerCase()
  return ({ project }) => project?.toLowerCase().includes(part) ?? false
}

/** Matches names as people write them: in any case, and by a part where there is no pattern. */
function modelTest(wanted: string): (name: string) => boolean {
  const source = wanted
    .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
    .replaceAll('?', '.')
    .replace(/\*+/g, '.*')
  const pattern = new RegExp(/[*?]/.test(wanted) ? `^${source}$` : source, 'isu')
  return name => pattern.test(name)
}
