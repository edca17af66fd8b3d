import { fitted } from '../../../json/fitted.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { type Content, readBlock, readContent } from './content.ts'
import type { ToolAnswer, UserSaid } from './entry.ts'
import { whose } from './whose.ts'

/** Read a user record: tool results, and what stands beside them. Null where it has no content at all. */
export function readUser(record: JsonObject): UserSaid | null {
  const message = record['message']
  const content = isObject(message) ? message['content'] : message
  if (content === undefined || content === null) return null
  const results: ToolAnswer[] = []
  const rest: Content = { blocks: [], unknown: [] }
  for (const block of Array.isArray(content) ? content : [content]) {
    if (isObject(block) && block['type'] === 'tool_result') results.push(readResult(block, record, results.length === 0))
    else readBlock(block, rest)
  }
  const judged = whose(record, rest.blocks)
  const extra: JsonObject = { ...judged.extra }
  if (rest.unknown.length > 0) extra['unknown_blocks'] = rest.unknown
  const source = stringOrNull(record['sourceToolUseID'])
  if (source !== null && results.length === 0) extra['source_tool_call_id'] = source
  return {
    kind: 'user',
    content: judged.content,
    results: fitted(results),
    origin: judged.origin,
    prompt: judged.prompt && results.length === 0,
    queued: false,
    boundary: judged.boundary,
    extra,
  }
}

function readResult(block: JsonObject, record: JsonObject, isFirst: boolean): ToolAnswer {
  const { blocks, unknown } = readContent(block['content'] ?? block['text'] ?? null)
  const extra: JsonObject = {}
  if (unknown.length > 0) noteUnknown(unknown, extra)
  if (isFirst) noteOutcome(record, extra)
  const persisted = readPersisted(record['toolUseResult'], textOf(blocks))
  if (persisted !== null) extra['persisted_output'] = persisted
  const named = stringOrNull(block['tool_use_id'])
  return {
    callId: named ?? stringOrNull(record['sourceToolUseID']),
    caller: stringOrNull(record['sourceToolAssistantUUID']) ?? stringOrNull(record['parentUuid']),
    content: blocks,
    isError: typeof block['is_error'] === 'boolean' ? block['is_error'] : null,
    extra,
  }
}

function noteUnknown(unknown: readonly Json[], extra: JsonObject): void {
  const references = unknown.flatMap(part => (isObject(part) && part['type'] === 'tool_reference' ? [part['tool_name'] ?? null] : []))
  const others = unknown.filter(part => !isObject(part) || part['type'] !== 'tool_reference')
  if (references.length > 0) extra['tool_references'] = references
  if (others.length > 0) extra['unknown_blocks'] = others
}

/** The few facts of `toolUseResult` that are not in the result's text. The rest repeats it, or the files it is about. */
function noteOutcome(record: JsonObject, extra: JsonObject): void {
  const denial = stringOrNull(record['toolDenialKind'])
  if (denial !== null) extra['denial'] = denial
  const structured = record['toolUseResult'] ?? record['tool_use_result'] ?? null
  if (!isObject(structured)) return
  if (structured['interrupted'] === true) extra['interrupted'] = true
  const agent = stringOrNull(structured['agentId'])
  if (agent !== null) extra['agent_id'] = agent
  const task = stringOrNull(structured['backgroundTaskId'])
  if (task !== null) extra['background_task_id'] = task
}

/** Where an output went that was too large for the log; the message keeps the preview the model was given. */
function readPersisted(structured: Json | undefined, text: string): JsonObject | null {
  const fields = isObject(structured) ? structured : {}
  const isPreview = text.trimStart().startsWith('<persisted-output>')
  const inText = isPreview ? /saved to: ([^\n]+)/.exec(text)?.[1]?.trim() : undefined
  const recorded = stringOrNull(fields['persistedOutputPath']) ?? inText ?? null
  if (recorded === null && !isPreview) return null
  const size = numberOrNull(fields['persistedOutputSize'])
  return { recorded_path: recorded, ...(size === null ? {} : { size }) }
}
