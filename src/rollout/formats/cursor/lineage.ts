import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'

/** The chat whose agent spawned one of the editor. */
export function parentInEditor(head: JsonObject): string | null {
  const info = isObject(head['subagentInfo']) ? head['subagentInfo'] : {}
  return stringOrNull(info['parentComposerId'])
}

/** The chat whose agent spawned the one of a transcript, by the folder it lies in. */
export function parentByPlace(file: string): string | null {
  return /([^/]+)\/subagents\/[^/]+$/.exec(file)?.[1] ?? null
}

/** How the row of a chat hangs on the one that spawned it. */
export function kinOf(id: string, parent: string | null) {
  return {
    root_session_id: parent ?? id,
    agent_id: parent === null ? null : id,
    is_sidechain: parent !== null,
    parent_trace_id: parent,
    relation: parent === null ? null : ('subagent' as const),
  }
}
