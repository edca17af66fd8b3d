import { isObject, type JsonObject } from '../../../json/json.ts'
import { firstRecords } from '../../passed-over.ts'

/** Whether a file is a log of Kimi's, by its first records. */
export function sniff(_path: string, head: string): boolean {
  return kindByHead(head) !== null
}

/** What a file is: a log of Kimi Code; what Kimi CLI gave its model, or what it showed of a session. */
export type Kind = 'code' | 'context' | 'wire'

/** What a file is, by its first records; null where it is none of these. */
export function kindByHead(head: string): Kind | null {
  const records = firstRecords(head)
  for (const record of records) {
    if (isCodeRecord(record) && record['type'] !== 'metadata') return 'code'
    if (isMarker(record)) return 'context'
    if (isWireRecord(record) && record['type'] !== 'metadata') return 'wire'
  }
  const [first] = records
  if (first === undefined || !isMetadata(first)) return null
  return 'created_at' in first ? 'code' : 'wire'
}

/** Whether a record is a whole one of Kimi Code's log. */
export function isCodeRecord(record: JsonObject): boolean {
  const { type } = record
  if (isMetadata(record)) return true
  if (typeof type !== 'string') return false
  if (type === 'context.append_message') return isObject(record['message'])
  if (type === 'context.append_loop_event') return isObject(record['event'])
  return CODE_TYPES.has(type) || (typeof record['time'] === 'number' && /^[a-z]\w*(?:\.\w+)?$/i.test(type) && !isSpoken(record))
}

/** Whether a record is a whole one of what Kimi CLI gave its model. */
export function isContextRecord(record: JsonObject): boolean {
  return isMarker(record) || (typeof record['role'] === 'string' && ('content' in record || 'tool_calls' in record))
}

/** Whether a record is a whole one of what Kimi CLI showed. */
export function isWireRecord(record: JsonObject): boolean {
  const { message } = record
  if (isMetadata(record)) return true
  return typeof record['timestamp'] === 'number' && isObject(message) && typeof message['type'] === 'string' && isObject(message['payload'])
}

/** What no API has as a role, and Kimi CLI writes between messages. */
export function isMarker({ role, content, id, token_count: tokens }: JsonObject): boolean {
  if (role === '_system_prompt') return typeof content === 'string' || Array.isArray(content)
  if (role === '_checkpoint') return typeof id === 'number'
  return role === '_usage' && typeof tokens === 'number'
}

function isMetadata(record: JsonObject): boolean {
  return record['type'] === 'metadata' && typeof record['protocol_version'] === 'string'
}

function isSpoken(record: JsonObject): boolean {
  return 'role' in record || 'uuid' in record || 'sessionID' in record
}

/** Record types of Kimi Code that hold nothing of the conversation, by the list its source is generated with. */
export const NOTES: ReadonlySet<string> = new Set(
  `cron.add cron.cursor cron.delete full_compaction.begin full_compaction.cancel full_compaction.complete goal.clear goal.create goal.update
  goal.account_usage goal.continuation interaction.request interaction.resolved interruptionReminder.recorded mcp.tools_discovered
  permission.record_approval_result permission.set_mode plan_mode.cancel plan_mode.enter plan_mode.exit plan.revision plugin.session_start
  prompt.accepted runtime.set_binding staleGuard.cleared staleGuard.recorded swarm_mode.enter swarm_mode.exit task.started task.terminated
  task.waitDelivered token_counting.measured token_counting.rebased token_counting.truncated token_counting.turn_recorded
  tools.register_user_tool tools.reset_active_tools tools.set_active_tools tools.unregister_user_tool tools.update_store tower_mode.enter
  tower_mode.exit usage.record micro_compaction.apply`.split(/\s+/),
)

const CODE_TYPES: ReadonlySet<string> = new Set([
  ...NOTES,
  ...`config.update profile.bind llm.request llm.tools_snapshot turn.prompt turn.steer turn.cancel turn.ended
  context.apply_compaction context.clear context.undo forked`.split(/\s+/),
])
