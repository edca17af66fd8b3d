import { isObject, type JsonObject, stringOrNull } from '../../../../json/json.ts'
import type { Source } from '../../../log/source.ts'
import { below, isSessionId, type LogFile, logFile } from '../files.ts'
import { namingSession } from './heads.ts'
import { recordsWith } from './siblings.ts'

/** What is known of a spawned agent besides its conversation. */
export type Spawned = {
  spawnToolCallId: string | null
  parentAgentId: string | null // set where another agent spawned it
  internal: string | null // what the harness runs it for, where no model asked for it
  parentFile: string | null // the session's
  parentAgentFile: string | null // of the agent that spawned it
  meta: JsonObject // its .meta.json
}

const INTERNAL = /^a?(compact|prompt_suggestion|session_memory|away_summary)\b/

/** Learn how an agent was spawned: from the file beside its log, else from its session's log. */
export async function spawnedBy(source: Source, file: LogFile, agentId: string, session: string): Promise<Spawned> {
  const found = await source.json(file.path.replace(/\.jsonl$/, '.meta.json')).catch(() => null)
  const meta = isObject(found) ? found : {}
  const parentFile = await fileOfSession(source, file.folder, session)
  const named = stringOrNull(meta['toolUseId'])
  const parentAgent = stringOrNull(meta['parentAgentId'])
  const ofSession = parentFile === null ? undefined : (await spawnCalls(source, parentFile)).get(agentId)
  const nested = ofSession === undefined && (parentAgent === null || named === null) ? await callOfAgent(source, file, agentId) : null
  return {
    spawnToolCallId: named ?? ofSession ?? nested?.callId ?? null,
    parentAgentId: parentAgent ?? nested?.agentId ?? null,
    parentAgentFile: nested?.path ?? (parentAgent === null ? null : besides(source, file, parentAgent)),
    internal: internalKind(agentId),
    parentFile,
    meta,
  }
}

function besides(source: Source, file: LogFile, agentId: string): string | null {
  const path = below(file.path.slice(0, Math.max(0, file.path.lastIndexOf('/'))), `agent-${agentId}.jsonl`)
  return source.facts(path) === null ? null : path
}

/** The call of another agent of the session that spawned this one. */
async function callOfAgent(
  source: Source,
  file: LogFile,
  agentId: string,
): Promise<{ agentId: string; callId: string; path: string } | null> {
  const at = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
  if (file.session === null) return null
  for (const name of source.names(at)) {
    const other = logFile(below(at, name))
    if (!name.endsWith('.jsonl') || other.agentId === null || other.agentId === agentId) continue
    const callId = (await spawnCalls(source, other.path)).get(agentId)
    if (callId !== undefined) return { agentId: other.agentId, callId, path: other.path }
  }
  return null
}

/** What the harness runs an agent of this id for; null for an agent that a model asked for. */
export function internalKind(agentId: string): string | null {
  return INTERNAL.exec(agentId)?.[1] ?? null
}

/** The file named for a session, else the only one of another name that holds it; null where neither is there. */
async function fileOfSession(source: Source, folder: string, session: string): Promise<string | null> {
  const path = below(folder, `${session}.jsonl`)
  if (source.facts(path) !== null) return path
  const renamed = (await namingSession(source, folder, session)).filter(other => !isSessionId(logFile(other).stem))
  return renamed.length === 1 ? renamed[0]! : null
}

/** Calls of a session by the agent each one spawned. */
function spawnCalls(source: Source, path: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`claude_code agents of ${path}`, async () => {
    const calls = new Map<string, string>()
    for await (const record of recordsWith(source, path, ['toolUseResult', 'agentId'])) {
      const agentId = isObject(record['toolUseResult']) ? stringOrNull(record['toolUseResult']['agentId']) : null
      const content = isObject(record['message']) ? record['message']['content'] : null
      const result = Array.isArray(content) ? content.find(block => isObject(block) && block['type'] === 'tool_result') : null
      const callId = isObject(result) ? stringOrNull(result['tool_use_id']) : null
      if (agentId !== null && callId !== null && !calls.has(agentId)) calls.set(agentId, callId)
    }
    return calls
  })
}
