import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { inlineImageBlock, textBlock, textOf } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'
import { toBlocks } from './content.ts'
import type { Entry } from './entry.ts'

/** What came of a call. */
export type CallResult = { content: Block[]; exitCode: number | null; isError: boolean | null; isTruncated: boolean }

const EXIT_CODE = /^(?:Process exited with code|Exit code:) (-?\d+)/m
const HEAD = 1000 // characters before the output
const FAILED = /^(?:failed in sandbox|execution error:|exec_command failed|apply_patch verification failed|patch rejected|aborted)/
const TRUNCATED = /^Warning: truncated output|…\d+ (?:tokens|chars|lines) truncated…|\[\.\.\. omitted \d+ of \d+ lines \.\.\.\]/m
const MARKS = ['…', '[... omitted ', 'Warning: truncated output'] // one of them stands wherever the pattern does, and is found fast

/** The result in an output item: what the model saw, and what the text around it says of its success. */
export function resultOf(payload: JsonObject): CallResult {
  const output = payload['output'] ?? payload['tools']
  const content = toBlocks(payload['tools'] === undefined ? output : JSON.stringify(output))
  const text = textOf(content)
  const exitCode = exitCodeOf(text)
  const success = isObject(output) ? (output['success'] ?? payload['success']) : payload['success']
  const isError =
    exitCode !== null ? exitCode !== 0 : typeof success === 'boolean' ? !success : FAILED.test(text.slice(0, 200)) ? true : null
  return { content, exitCode, isError, isTruncated: MARKS.some(mark => text.includes(mark)) && TRUNCATED.test(text) }
}

/** Exit codes stand in the head of a text, or in the metadata of a JSON text; never trust what a command printed. */
function exitCodeOf(text: string): number | null {
  if (text.startsWith('{"output":')) {
    const tail = /"metadata":\{"exit_code":(-?\d+)[^{}]*\}\}$/.exec(text.slice(-200))
    return tail === null ? null : Number(tail[1])
  }
  // Most texts name none: then the rest of them need not be searched.
  if (!text.slice(0, HEAD).includes('xit')) return null
  const end = text.indexOf('\nOutput:')
  const found = EXIT_CODE.exec(text.slice(0, end < 0 ? 200 : Math.min(end, HEAD)))
  return found === null ? null : Number(found[1])
}

/** The result an event reports, under the id of its call; null where the event reports none. */
export function resultOfEvent(entry: Entry): { callId: string; result: CallResult } | null {
  const payload = entry.type === 'item_completed' && isObject(entry.payload['item']) ? entry.payload['item'] : entry.payload
  const callId = stringOrNull(payload['call_id']) ?? stringOrNull(payload['callId']) ?? stringOrNull(payload['id'])
  const kind = entry.type === 'item_completed' ? stringOrNull(payload['type']) : entry.type
  if (callId === null || kind === null || !REPORTING.has(kind)) return null
  const exitCode = numberOrNull(payload['exit_code'])
  const outcome = payload['result']
  const failed = payload['success'] === false || payload['status'] === 'failed' || payload['status'] === 'declined'
  const mcp = isObject(outcome) ? (outcome['Ok'] ?? outcome['Err'] ?? outcome) : undefined
  const mcpFailed = isObject(outcome) && (outcome['Err'] !== undefined || (isObject(mcp) && mcp['isError'] === true))
  const isError =
    exitCode !== null ? exitCode !== 0 : mcpFailed || failed ? true : payload['success'] === true || outcome !== undefined ? false : null
  return { callId, result: { content: contentOfEvent(payload, mcp), exitCode, isError, isTruncated: false } }
}

const REPORTING = new Set([
  'exec_command_end',
  'mcp_tool_call_end',
  'patch_apply_end',
  'dynamic_tool_call_response',
  'web_search_end',
  'CommandExecution',
  'McpToolCall',
  'FileChange',
  'DynamicToolCall',
  'Extension',
  'WebSearch',
])

function contentOfEvent(payload: JsonObject, mcp: Json | undefined): Block[] {
  if (mcp !== undefined) return toBlocks(mcp)
  const results = payload['results']
  if (Array.isArray(results)) return results.length === 0 ? [] : [textBlock(JSON.stringify(results))]
  return toBlocks(payload['content_items'] ?? payload['aggregated_output'] ?? payload['error'])
}

/** The picture an `image_generation_call` holds. */
export function generatedImage(payload: JsonObject): Block[] {
  const data = stringOrNull(payload['result'])
  if (data === null) return []
  return /^(?:data|https?):/.test(data) ? toBlocks([{ type: 'input_image', image_url: data }]) : [inlineImageBlock('image/png', data)]
}
