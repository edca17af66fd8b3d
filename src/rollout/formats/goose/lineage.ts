import { isObject, type Json, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { boundedColumns, rowsOf } from '../../log/stored-rows.ts'
import { openStore } from './store.ts'

/** A call that may have spawned an agent: the session it stands in, and every text among its arguments. */
type Spawn = { session: string; call: string }

/**
 * The call that spawned an agent, and its session. The store does not say: it is the only call in it that handed over the words with
 * which the agent's session begins.
 */
export async function spawnerOf(source: Source, file: string, id: string, task: string): Promise<Spawn | null> {
  if (task.trim() === '') return null
  const spawns = await source.shared(`goose spawns ${file}`, () => spawnsIn(source, file))
  const found = (spawns.get(task.trim()) ?? []).filter(({ session }) => session !== id)
  return found.length === 1 ? found[0]! : null
}

async function spawnsIn(source: Source, file: string): Promise<ReadonlyMap<string, Spawn[]>> {
  const database = await openStore(source, file)
  const spawns = new Map<string, Spawn[]>()
  // To look for the names in the text costs less than to parse every message.
  const sql = `SELECT session_id AS _session, ${boundedColumns(new Set(['content_json']))} FROM messages WHERE role = 'assistant'
    AND (instr(content_json, 'delegate') > 0 OR instr(content_json, 'subagent') > 0 OR instr(content_json, 'task') > 0)`
  for (const row of rowsOf(database, sql)) {
    const content = parseJson(String(row['content_json']))
    for (const item of Array.isArray(content) ? content.filter(isObject) : []) {
      const value = isObject(item['toolCall']) && isObject(item['toolCall']['value']) ? item['toolCall']['value'] : {}
      const call = stringOrNull(item['id'])
      if (call === null || typeof row['_session'] !== 'string' || !SPAWNS.test(stringOrNull(value['name']) ?? '')) continue
      for (const text of new Set(textsIn(value['arguments'])))
        spawns.set(text, [...(spawns.get(text) ?? []), { session: row['_session'], call }])
    }
  }
  return spawns
}

const SPAWNS = /(?:^|__)(?:delegate|subagent|spawn|create_task|execute_task|run_task|dynamic_task)/

function textsIn(value: Json | undefined, depth = 0): string[] {
  if (typeof value === 'string') return [value.trim()]
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return []
  return (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []).flatMap(item => textsIn(item, depth + 1))
}

const MAX_DEPTH = 6
