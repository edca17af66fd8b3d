import { isObject, type Json, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import type { Thread } from './read.ts'
import { threadRow, threadText } from './store.ts'

/** The thread whose agent spawned this one, as its row or its document says. */
export function parentOf({ row, head }: Pick<Thread, 'row' | 'head'>): string | null {
  const context = isObject(head['subagent_context']) ? head['subagent_context'] : {}
  return stringOrNull(row['parent_id']) ?? stringOrNull(context['parent_thread_id'])
}

/** The first thread above another, and the call that spawned it, as far as the store has them. */
export async function kinOf(
  source: Source,
  { id, file, row }: Thread,
  parent: string,
): Promise<{ root: string; spawnCall: string | null }> {
  if (row['id'] === undefined) return { root: parent, spawnCall: null }
  const seen = new Set([id])
  let root = parent
  for (let above: string | null = parent; above !== null && !seen.has(above); ) {
    seen.add(above)
    root = above
    above = stringOrNull((await threadRow(source, file, above))['parent_id'])
  }
  const spawns = await source.shared(`zed spawns ${file} ${parent}`, () => spawnsIn(source, file, parent))
  return { root, spawnCall: spawns.get(id) ?? null }
}

/** The calls of a thread whose results name others, by these. */
async function spawnsIn(source: Source, file: string, id: string): Promise<ReadonlyMap<string, string>> {
  const spawns = new Map<string, string>()
  const thread = parseJson(await threadText(source, file, id).catch(() => '')) ?? null
  const messages = isObject(thread) && Array.isArray(thread['messages']) ? thread['messages'].filter(isObject) : []
  for (const { Agent: agent } of messages) {
    const results = isObject(agent) && isObject(agent['tool_results']) ? Object.entries(agent['tool_results']) : []
    for (const [call, result] of results) {
      if (!isObject(result) || !/agent/.test(stringOrNull(result['tool_name']) ?? '')) continue
      for (const named of namesIn(result['output'])) if (!spawns.has(named)) spawns.set(named, call)
    }
  }
  return spawns
}

/** The threads that a result names. */
function namesIn(output: Json | undefined): string[] {
  const told: JsonObject[] = isObject(output) ? [output, ...Object.values(output).filter(isObject)] : []
  return told.flatMap(object => stringOrNull(object['session_id']) ?? [])
}
