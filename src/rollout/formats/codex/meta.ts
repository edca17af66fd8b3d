import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'

/** What a `session_meta` record says of its thread, whatever its generation. */
export type SessionMeta = {
  id: string | null
  session: string | null // root of the tree of threads, as the producer sees it
  timestamp: string | null
  cwd: string | null
  version: string | null
  git: { branch: string | null; commit_hash: string | null; repository_url: string | null }
  forkedFrom: string | null
  parentThread: string | null
  subagent: string | null // what kind of spawned thread it is; null for a thread of a person's
  agentPath: string | null
  historyStart: number | null // ordinal of the first record that is its own
  historyBase: HistoryBase | null
  baseInstructions: string | null // the system prompt
  instructions: string | null // the user's own instructions file
  dynamicTools: Json
  isStream: boolean // it was printed by `codex exec --json`, and is no rollout
  described: JsonObject // what goes into source_meta as it is
}

/** Where the history of a paginated fork is kept: the beginning of another rollout. */
export type HistoryBase = { rollout: string; endOrdinal: number | null; endOffset: number | null }

const DESCRIBED = `originator cli_version model_provider thread_source history_mode memory_mode agent_nickname agent_role agent_path
  forked_from_id parent_thread_id multi_agent_version context_window selected_capability_roots`.split(/\s+/)

/** Read a `session_meta` payload, or the first line of a bare rollout. */
export function parseMeta(payload: JsonObject): SessionMeta {
  const git = objectOr(payload['git'])
  const source = payload['source']
  const spawn = objectOr(objectOr(objectOr(source)['subagent'])['thread_spawn'])
  const base = payload['base_instructions']
  return {
    id: stringOrNull(payload['id']),
    session: stringOrNull(payload['session_id']),
    timestamp: stringOrNull(payload['timestamp']),
    cwd: stringOrNull(payload['cwd']),
    version: stringOrNull(payload['cli_version']),
    git: {
      branch: stringOrNull(git['branch']),
      commit_hash: stringOrNull(git['commit_hash']),
      repository_url: stringOrNull(git['repository_url']),
    },
    forkedFrom: stringOrNull(payload['forked_from_id']),
    parentThread: stringOrNull(payload['parent_thread_id']) ?? stringOrNull(spawn['parent_thread_id']),
    subagent: subagentKind(source, stringOrNull(payload['thread_source'])),
    agentPath: stringOrNull(payload['agent_path']) ?? stringOrNull(spawn['agent_path']),
    historyStart: numberOrNull(payload['subagent_history_start_ordinal']),
    historyBase: parseHistoryBase(payload['history_base']),
    baseInstructions: stringOrNull(isObject(base) ? base['text'] : base),
    instructions: stringOrNull(payload['instructions']),
    dynamicTools: payload['dynamic_tools'] ?? null,
    isStream: payload['stream'] === true,
    described: {
      ...Object.fromEntries(DESCRIBED.flatMap(key => (payload[key] === undefined || payload[key] === null ? [] : [[key, payload[key]]]))),
      ...(source === undefined || source === null ? {} : { source }),
      ...Object.fromEntries(Object.entries(spawn).filter(([key, value]) => key === 'depth' && value !== null)),
    },
  }
}

/** Thread sources that are not a person's work. */
const THREAD_SOURCES_OF_AGENTS = new Set(['subagent', 'memory_consolidation', 'guardian_review'])

function subagentKind(source: Json | undefined, threadSource: string | null): string | null {
  const subagent = objectOr(source)['subagent'] ?? objectOr(source)['internal']
  if (typeof subagent === 'string') return subagent
  if (isObject(subagent)) return stringOrNull(subagent['other']) ?? Object.keys(subagent)[0] ?? 'subagent'
  if (source === 'subagent') return 'subagent'
  return threadSource !== null && THREAD_SOURCES_OF_AGENTS.has(threadSource) ? threadSource : null
}

function parseHistoryBase(value: Json | undefined): HistoryBase | null {
  const base = objectOr(value)
  const rollout = stringOrNull(base['thread_id'])
  if (rollout === null) return null
  return { rollout, endOrdinal: numberOrNull(base['end_ordinal_exclusive']), endOffset: numberOrNull(base['end_byte_offset']) }
}

function objectOr(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
