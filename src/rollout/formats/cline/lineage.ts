import { posix } from 'node:path'
import { isObject, type JsonObject, stringIn } from '../../../json/json.ts'
import type { Relation } from '../../conversation/row.ts'
import type { Beside } from './side-files.ts'

/** How a session is related to another: spawned in it, by what its file or its list says, or forked from it. */
export function kinOf(
  head: JsonObject,
  { manifest, item }: Beside,
  file: string,
  id: string,
): { parent: string | null; root: string | null; relation: Relation | null } {
  const parentTask = stringIn(item, 'parentTaskId')
  if (parentTask !== null) return { parent: parentTask, root: stringIn(item, 'rootTaskId'), relation: 'subagent' }
  if (head['agent'] === 'subagent' || head['agent'] === 'teammate') {
    const lead = posix.basename(posix.dirname(file))
    return { parent: lead === id || lead === '.' ? null : lead, root: null, relation: 'subagent' }
  }
  const meta = isObject(manifest['metadata']) ? manifest['metadata'] : {}
  const fork = isObject(meta['fork']) ? stringIn(meta['fork'], 'forkedFromSessionId') : null
  return { parent: fork, root: null, relation: fork === null ? null : 'fork' }
}
