import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Relation } from '../../conversation/row.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { isItem } from './entry.ts'

/** A session's place among others. */
export type Kin = { parent: string | null; relation: Relation | null; spawnCall: string | null }

/** Whose child a session is: its summary says so, or of an agent's session the folder that its spawner keeps for it. */
export async function kinOf(source: Source, file: string, id: string, summary: JsonObject): Promise<Kin> {
  const isAgent = /^subagent/.test(stringOrNull(summary['session_kind']) ?? '')
  const told = stringOrNull(summary['parent_session_id'])
  if (!isAgent) return { parent: told, relation: told === null ? null : 'fork', spawnCall: null }
  const sessions = posix.dirname(posix.dirname(posix.dirname(file)))
  const spawners = await source.shared(`grok spawners ${sessions}`, async () => spawnersIn(source, sessions))
  const spawner = spawners.get(id) ?? null
  const spawnCall = spawner === null ? null : (await callsIn(source, `${spawner}/chat_history.jsonl`)).get(id)
  return { parent: told ?? (spawner === null ? null : posix.basename(spawner)), relation: 'subagent', spawnCall: spawnCall ?? null }
}

/** The folders of sessions that spawned agents, by the agents' sessions. */
function spawnersIn(source: Source, sessions: string): ReadonlyMap<string, string> {
  const spawners = new Map<string, string>()
  const at = (...names: string[]) => posix.join(...(sessions === '.' ? names : [sessions, ...names]))
  for (const project of source.names(sessions === '.' ? '' : sessions))
    for (const session of source.names(at(project)))
      for (const agent of source.names(at(project, session, 'subagents'))) spawners.set(agent, at(project, session))
  return spawners
}

/** The calls of a session whose results name others, by these. */
function callsIn(source: Source, path: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`grok calls ${path}`, async () => {
    const calls = new Map<string, string>()
    if (source.facts(path) === null) return calls
    const spawning = new Set<string>()
    for await (const { record } of readLines(source, path, new Ledger({ key: path, files: [path] }), { isRecord: isItem })) {
      for (const call of Array.isArray(record['tool_calls']) ? record['tool_calls'].filter(isObject) : [])
        if (/task|agent/.test(stringOrNull(call['name']) ?? '') && typeof call['id'] === 'string') spawning.add(call['id'])
      const answered = stringOrNull(record['tool_call_id'])
      if (answered === null || !spawning.has(answered)) continue
      for (const [named] of String(record['content']).matchAll(SESSION)) if (!calls.has(named)) calls.set(named, answered)
    }
    return calls
  })
}

const SESSION = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g
