import type { JsonObject } from '../../../json/json.ts'
import type { SessionFacts } from '../../conversation/assemble.ts'
import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import { below, isSessionId, type LogFile } from './files.ts'
import { descentOf } from './lineage/descent.ts'
import { mostFrequent, sessionOf } from './lineage/identity.ts'
import { heldBy, isHeld } from './lineage/repeated.ts'
import { internalKind, spawnedBy } from './lineage/spawned.ts'
import { persistedOutputs } from './outputs.ts'
import type { Log } from './read.ts'
import { indexEntry, titleOf } from './titles.ts'

/** Who a log is: its ids, where it comes from, and what lies beside it. */
export type Origins = {
  path: string
  facts: Pick<SessionFacts, 'trace_id'> & Partial<SessionFacts>
  outputs: ReadonlyMap<string, JsonObject>
  trains: boolean
  isReplay(entry: Entry): boolean
  hasAgentFile(agentId: string): boolean
}

/** Find out who a log is. */
export async function originsOf(source: Source, file: LogFile, log: Log): Promise<Origins> {
  return file.agentId === null ? originsOfSession(source, file, log) : originsOfAgent(source, file, file.agentId, log)
}

async function originsOfSession(source: Source, file: LogFile, log: Log): Promise<Origins> {
  const named = mostNamedSession(log.entries)
  const traceId = sessionOf(file.path, named)
  const { entry, project } = await indexEntry(source, file.folder, traceId)
  const outputs = await persistedOutputs(source, file.folder, file.stem)
  const descent = await descentOf(source, file, log)
  const title = titleOf(log.notes, entry, log.entries)
  const source_meta: JsonObject = { ...title }
  if (entry !== null) source_meta['index'] = entry
  if (log.notes.teammate !== null) source_meta['teammate'] = log.notes.teammate
  if (outputs.size > 0) source_meta['persisted_outputs'] = [...outputs.values()]
  return {
    path: file.path,
    outputs,
    trains: true,
    isReplay: ({ uuid }) => descent.shared.has(uuid ?? ''),
    hasAgentFile: agentId =>
      [`agent-${agentId}.jsonl`, `${file.stem}/subagents/agent-${agentId}.jsonl`].some(
        name => source.facts(below(file.folder, name)) !== null,
      ),
    facts: {
      trace_id: traceId,
      root_session_id: traceId,
      project_path: project,
      source_meta,
      ...descent.facts,
    },
  }
}

async function originsOfAgent(source: Source, file: LogFile, agentId: string, log: Log): Promise<Origins> {
  const inFolder = file.session !== null && isSessionId(file.session) ? file.session : null
  const session = inFolder ?? mostNamedSession(log.entries) ?? file.session ?? file.stem
  const spawned = await spawnedBy(source, file, agentId, session)
  const internal = internalKind(agentId)
  const { toolUseId: _, ...meta } = spawned.meta
  const source_meta: JsonObject = {}
  if (Object.keys(meta).length > 0) source_meta['agent'] = meta
  if (internal !== null) source_meta['internal_agent'] = internal
  if (file.workflow !== null) source_meta['workflow'] = file.workflow
  if (log.notes.forkContext !== null) source_meta['fork_context'] = log.notes.forkContext
  const missing = { code: 'parent_not_found', at: null, detail: { session } }
  const mayRepeat = internal !== null || isFork(log, meta)
  const held = mayRepeat
    ? await Promise.all([spawned.parentFile, spawned.parentAgentFile].flatMap(path => (path === null ? [] : heldBy(source, path))))
    : []
  const parent = spawned.parentFile === null ? session : sessionOf(spawned.parentFile, session)
  return {
    path: file.path,
    outputs: await persistedOutputs(source, file.folder, session),
    // The harness ran it for itself, over a copy of its session's history.
    trains: internal === null,
    isReplay: entry => isHeld(entry, held),
    hasAgentFile: () => false,
    facts: {
      trace_id: `${session}:${agentId}`,
      root_session_id: parent,
      agent_id: agentId,
      is_sidechain: true,
      parent_trace_id: spawned.parentAgentId === null ? parent : `${session}:${spawned.parentAgentId}`,
      relation: 'subagent',
      spawn_tool_call_id: spawned.spawnToolCallId,
      source_meta,
      diagnostics: spawned.parentFile === null ? [missing] : [],
    },
  }
}

function mostNamedSession(entries: readonly Entry[]): string | null {
  const counts = new Map<string, number>()
  for (const { setting } of entries) if (setting.sessionId !== null) counts.set(setting.sessionId, (counts.get(setting.sessionId) ?? 0) + 1)
  return mostFrequent(counts)
}

/** Whether an agent was given its session's context: its log may begin with the response that made it, which its parent's log holds too. */
function isFork({ notes, entries }: Log, meta: JsonObject): boolean {
  if (notes.forkContext !== null || meta['isFork'] === true || meta['agentType'] === 'fork') return true
  return entries.find(({ said }) => said.kind === 'user' || said.kind === 'model')?.said.kind === 'model'
}
