import { writeJson } from '../../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../../json/json.ts'
import { textBlock } from '../../../conversation/blocks.ts'
import type { Block } from '../../../conversation/row.ts'
import { toBlocks } from '../content.ts'
import type { Entry } from '../entry.ts'

/** An event that reports work which was done: a command, a tool, a patch, an agent. */
export type Report = { kind: string; id: string | null; work: JsonObject }

/** What reports of work are called, as events of their own and as items of `item_completed`. */
const KINDS: ReadonlySet<string> = new Set(
  `exec_command_end mcp_tool_call_end patch_apply_end dynamic_tool_call_response web_search_end view_image_tool_call image_generation_end
  collab_agent_spawn_end collab_agent_interaction_end collab_waiting_end collab_close_end collab_resume_end sub_agent_activity
  CommandExecution McpToolCall FileChange DynamicToolCall Extension WebSearch ImageView ImageGeneration Sleep CollabAgentToolCall
  SubAgentActivity`.split(/\s+/),
)

/** The work an entry reports; null where it reports none. */
export function reportOf(entry: Entry): Report | null {
  if (entry.kind !== 'event') return null
  const isItem = entry.type === 'item_completed'
  const work = isItem ? entry.payload['item'] : entry.payload
  if (!isObject(work)) return null
  const kind = isItem ? (stringOrNull(work['type']) ?? '') : entry.type
  if (!KINDS.has(kind)) return null
  const id = stringIn(work, 'call_id', 'callId', 'event_id', 'id')
  return { kind, id, work }
}

/** Whether a person ran it, not the model. */
export function isOfPerson({ work }: Report): boolean {
  return /^user_?shell$/i.test(String(work['source'] ?? ''))
}

/** The exit code of a command that is reported; null for all other work. */
export function exitCodeIn({ work }: Report): number | null {
  return numberOrNull(work['exit_code']) ?? numberOrNull(work['exitCode'])
}

/** Whether the work failed, as far as its report says. */
export function failureIn(report: Report): boolean | null {
  const { work } = report
  const exitCode = exitCodeIn(report)
  if (exitCode !== null) return exitCode !== 0
  const outcome = work['result']
  const mcp = resultIn(outcome)
  const isFailed = work['success'] === false || work['status'] === 'failed' || work['status'] === 'declined' || isObject(work['error'])
  if (isFailed || (isObject(outcome) && outcome['Err'] !== undefined) || (isObject(mcp) && mcp['isError'] === true)) return true
  return work['success'] === true || work['status'] === 'completed' || (outcome !== undefined && outcome !== null) ? false : null
}

/** What the work gave, where the report holds it. */
export function outputIn({ kind, work }: Report): Block[] {
  const outcome = work['result']
  if (kind === 'ImageGeneration' || kind === 'image_generation_end') return []
  if (outcome !== undefined && outcome !== null) return toBlocks(resultIn(outcome))
  const results = work['results']
  if (Array.isArray(results)) return results.length === 0 ? [] : [textBlock(writeJson(results))]
  return toBlocks(work['content_items'] ?? work['contentItems'] ?? work['aggregated_output'] ?? work['error'])
}

function resultIn(outcome: Json | undefined): Json | undefined {
  return isObject(outcome) ? (outcome['Ok'] ?? outcome['Err'] ?? outcome) : outcome
}
