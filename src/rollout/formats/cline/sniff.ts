import { posix } from 'node:path'
import type { JsonObject } from '../../../json/json.ts'

/** Whether a file is the messages of a task or session, by its name and first bytes. */
export function sniff(path: string, head: string): boolean {
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (/^\uFEFF?\s*\{/.test(head))
    return has('messages') && has('sessionId') && /(?<!\\)"agent"\s*:\s*"(?:lead|subagent|teammate)"/.test(head)
  if (!/^\uFEFF?\s*\[/.test(head)) return false
  return posix.basename(path) === HISTORY || (has('role') && /(?<!\\)"text"\s*:\s*"<task>/.test(head))
}

/** The file of a task that has what the model was sent. */
const HISTORY = 'api_conversation_history.json'

/** Whether what stands beside the messages of a document is what Cline says of a session. */
export function isSession(head: JsonObject): boolean {
  return typeof head['sessionId'] === 'string' && ['lead', 'subagent', 'teammate'].includes(String(head['agent']))
}

/** What lies beside the messages and is none of them; `isJoined` says whether rows are made from it too. */
export function aside(path: string, isJoined = false): string | null {
  const base = posix.basename(path)
  if (/^(?:ui_messages|task_metadata|history_item|context_history|focus_chain_[^.]*)\.json$/.test(base))
    return isJoined ? 'Kept beside the messages of a task, joined to them' : 'Kept beside the messages of a task, and no part of its row'
  if (base.endsWith('.compaction.json')) return 'Compaction of a session; its messages are complete without it'
  return null
}
