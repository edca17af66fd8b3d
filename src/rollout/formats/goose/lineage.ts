import { isObject, type Json, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { storedRow } from '../../log/stored-records.ts'
import { boundedColumns, rowsOf } from '../../log/stored-rows.ts'
import type { Session } from './entry.ts'
import { openStore } from './store.ts'

/** Where an agent's session stands. */
export type Kin = { parent: string; root: string; call: string | null }

/** A call that may have spawned an agent: the session and the message it stands in, and every text among its arguments. */
type Spawn = { session: string; message: string | null; call: string; texts: ReadonlySet<string> }

/**
 * The call that spawned an agent, and its session. Newer stores name the session and the message. Where one does not, it is the only call
 * in it that handed over the words with which the agent's session begins.
 */
export async function spawnerOf(source: Source, { file, id, parent, delegation }: Session, task: string): Promise<Kin | null> {
  const { all, byText } = await source.shared(`goose spawns ${file}`, () => spawnsIn(source, file))
  const words = task.trim()
  const handed = words === '' ? [] : (byText.get(words) ?? []).filter(({ session }) => session !== id)
  if (parent === null || parent === id) {
    const found = handed.length === 1 ? handed[0]! : null
    return found === null ? null : { parent: found.session, root: await rootOf(source, file, found.session), call: found.call }
  }
  const own = all.get(parent) ?? []
  const ofMessage = own.filter(({ message }) => message !== null && delegation.includes(message))
  // The narrowest of what is told: the call, its message, its message and words, its words.
  const narrowing = [own.filter(({ call }) => delegation.includes(call)), ofMessage, ofMessage.filter(({ texts }) => texts.has(words))]
  const found = [...narrowing, handed.filter(({ session }) => session === parent)].find(({ length }) => length === 1) ?? []
  return { parent, root: await rootOf(source, file, parent), call: found[0]?.call ?? null }
}

/** The first session above another, as far as the store names them. */
async function rootOf(source: Source, file: string, id: string): Promise<string> {
  const database = await openStore(source, file)
  const seen = new Set<string>()
  let root = id
  for (let above: string | null = id; above !== null && !seen.has(above); ) {
    seen.add(above)
    root = above
    above = stringOrNull(storedRow(database, 'sessions', above)['parent_session_id'])
  }
  return root
}

type Spawns = { all: ReadonlyMap<string, Spawn[]>; byText: ReadonlyMap<string, Spawn[]> }

async function spawnsIn(source: Source, file: string): Promise<Spawns> {
  const database = await openStore(source, file)
  const all = new Map<string, Spawn[]>()
  const byText = new Map<string, Spawn[]>()
  const columns = new Set(['content_json', 'message_id'].filter(name => storedColumns(database, 'messages').has(name)))
  // To look for the names in the text costs less than to parse every message.
  const sql = `SELECT session_id AS _session, ${boundedColumns(columns)} FROM messages WHERE role = 'assistant'
    AND (instr(content_json, 'delegate') > 0 OR instr(content_json, 'subagent') > 0 OR instr(content_json, 'task') > 0)`
  for (const row of rowsOf(database, sql)) {
    const content = parseJson(String(row['content_json']))
    for (const item of Array.isArray(content) ? content.filter(isObject) : []) {
      const value = isObject(item['toolCall']) && isObject(item['toolCall']['value']) ? item['toolCall']['value'] : {}
      const [call, session] = [stringOrNull(item['id']), stringOrNull(row['_session'])]
      if (call === null || session === null || !SPAWNS.test(stringOrNull(value['name']) ?? '')) continue
      const spawn: Spawn = { session, call, message: stringOrNull(row['message_id']), texts: new Set(textsIn(value['arguments'])) }
      add(all, session, spawn)
      for (const text of spawn.texts) add(byText, text, spawn)
    }
  }
  return { all, byText }
}

function add(spawns: Map<string, Spawn[]>, key: string, spawn: Spawn): void {
  const known = spawns.get(key)
  if (known === undefined) spawns.set(key, [spawn])
  else known.push(spawn)
}

const SPAWNS = /(?:^|__)(?:delegate|subagent|spawn|create_task|execute_task|run_task|dynamic_task)/

function textsIn(value: Json | undefined, depth = 0): string[] {
  if (typeof value === 'string') return [value.trim()]
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return []
  return (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []).flatMap(item => textsIn(item, depth + 1))
}

const MAX_DEPTH = 6
