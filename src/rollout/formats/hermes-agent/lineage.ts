import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Relation } from '../../conversation/row.ts'
import { instantOf } from './time.ts'

/** Where a session comes from. */
export type Lineage = {
  parent: string | null
  relation: Relation | null
  root: string // the first session of the line, also where only its id is known
  agent: string | null // the delegate's session, for it and for what continues it
  parentMissing: boolean
  isCycle: boolean
}

/** Settings that say what `parent_session_id` means. Continuations inherit them, so they count only where they name the parent. */
const MARKERS: readonly [marker: string, relation: Relation][] = [
  ['_delegate_from', 'subagent'],
  ['_branched_from', 'branch'],
  ['_reset_from', 'reset'],
]

const RESET = /reset|new_session|new_conversation/

/** Follow a session's parents up to the root, whatever loops the store holds. `find` gives a session's columns. */
export function lineageOf(id: string, find: (id: string) => JsonObject | undefined): Lineage {
  const own = find(id) ?? {}
  const parent = parentOf(id, own)
  const relation = parent === null ? null : relationOf(own, parent, find(parent))
  const seen = new Set([id])
  let agent = relation === 'subagent' || (parent === null && isDelegate(own)) ? id : null
  let isUnbroken = relation === 'continuation'
  let root = id
  let isCycle = false
  for (let next = parent; next !== null; ) {
    if (seen.has(next)) {
      isCycle = true
      break
    }
    seen.add(next)
    root = next
    const session: JsonObject = find(next) ?? {}
    const above = parentOf(next, session)
    const link = above === null ? null : relationOf(session, above, find(above))
    if (isUnbroken && (link === 'subagent' || (above === null && isDelegate(session)))) agent = next
    isUnbroken &&= link === 'continuation'
    next = above
  }
  // In a loop every session is above every other: the smallest id serves all of them as root.
  if (isCycle) root = [...seen].sort()[0]!
  return { parent, relation, root, agent, parentMissing: parent !== null && find(parent) === undefined, isCycle }
}

function parentOf(id: string, session: JsonObject): string | null {
  const parent = stringOrNull(session['parent_session_id'])
  return parent === id ? null : parent
}

function relationOf(child: JsonObject, parentId: string, parent: JsonObject | undefined): Relation {
  const config = configOf(child)
  for (const [marker, relation] of MARKERS) if (config[marker] === parentId) return relation
  const endedAt = instantOf(parent?.['ended_at'])
  const startedAt = instantOf(child['started_at'])
  const startedBeforeEnd = endedAt !== null && startedAt !== null && startedAt < endedAt
  const endReason = stringOrNull(parent?.['end_reason']) ?? ''
  if (endReason === 'compression' && !(isDelegate(child) && startedBeforeEnd)) return 'continuation'
  if (isDelegate(child)) return 'subagent'
  if (endReason === 'branched') return 'branch'
  return RESET.test(endReason) ? 'reset' : 'continuation'
}

function isDelegate(session: JsonObject): boolean {
  return session['source'] === 'subagent'
}

/** A session's settings, kept as JSON text in stores. */
export function configOf(session: JsonObject): JsonObject {
  const stored = session['model_config']
  const config = typeof stored === 'string' ? readJsonOr(stored) : stored
  return isObject(config) ? config : {}
}
