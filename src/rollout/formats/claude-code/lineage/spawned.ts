import { isObject, type JsonObject, stringOrNull } from '../../../../json/json.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readLines } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { below, isSessionId, type LogFile, logFile } from '../files.ts'
import { isRecord } from '../log.ts'
import { headsOf } from './heads.ts'

/** What is known of a spawned agent besides its conversation. */
export type Spawned = {
  spawnToolCallId: string | null
  parentAgentId: string | null // set where another agent spawned it
  internal: string | null // what the harness runs it for, where no model asked for it
  parentFile: string | null // the session's
  meta: JsonObject // its .meta.json
}

const INTERNAL = /^a?(compact|prompt_suggestion|session_memory|away_summary)\b/

/** Learn how an agent was spawned: from the file beside its log, else from its session's log. */
export async function spawnedBy(source: Source, file: LogFile, agentId: string, session: string): Promise<Spawned> {
  const found = await source.json(file.path.replace(/\.jsonl$/, '.meta.json')).catch(() => null)
  const meta = isObject(found) ? found : {}
  const parentFile = await fileOfSession(source, file.folder, session)
  const named = stringOrNull(meta['toolUseId'])
  return {
    spawnToolCallId: named ?? (parentFile === null ? null : ((await spawnCalls(source, parentFile)).get(agentId) ?? null)),
    parentAgentId: stringOrNull(meta['parentAgentId']),
    internal: internalKind(agentId),
    parentFile,
    meta,
  }
}

/** What the harness runs an agent of this id for; null for an agent that a model asked for. */
export function internalKind(agentId: string): string | null {
  return INTERNAL.exec(agentId)?.[1] ?? null
}

/** The file named for a session, else the only one of another name that holds it; null where neither is there. */
async function fileOfSession(source: Source, folder: string, session: string): Promise<string | null> {
  const path = below(folder, `${session}.jsonl`)
  if (source.facts(path) !== null) return path
  const renamed = ((await headsOf(source, folder)).bySession.get(session) ?? []).filter(other => !isSessionId(logFile(other).stem))
  return renamed.length === 1 ? renamed[0]! : null
}

/** Calls of a session by the agent each one spawned. */
function spawnCalls(source: Source, path: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`claude_code agents of ${path}`, async () => {
    const calls = new Map<string, string>()
    const unheeded = new Ledger({ key: path, files: [path] })
    const skip = (bytes: Buffer) =>
      bytes.includes('toolUseResult') && bytes.includes('agentId') ? null : { bucket: 'noise' as const, reason: 'not asked for' }
    for await (const { record } of readLines(source, path, unheeded, { isRecord, skip })) {
      const agentId = isObject(record['toolUseResult']) ? stringOrNull(record['toolUseResult']['agentId']) : null
      const content = isObject(record['message']) ? record['message']['content'] : null
      const result = Array.isArray(content) ? content.find(block => isObject(block) && block['type'] === 'tool_result') : null
      const callId = isObject(result) ? stringOrNull(result['tool_use_id']) : null
      if (agentId !== null && callId !== null && !calls.has(agentId)) calls.set(agentId, callId)
    }
    return calls
  })
}
