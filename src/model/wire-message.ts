import type { JsonObject } from '../json/json.ts'
import { textOf } from './messages.ts'
import type { ChatMessage } from './model.ts'

/** A message as every server takes it: text alone as a string, images as `{ url }`, and no reasoning, which some refuse. `isVerbatim`: as it is. */
export function wireMessage({ role, content, reasoning_content, tool_calls, tool_call_id }: ChatMessage, isVerbatim = false): JsonObject {
  const onlyText = typeof content === 'string' || content.every(block => block['type'] === 'text')
  return {
    role,
    content: onlyText ? textOf(content) : isVerbatim ? [...content] : content.map(wireBlock),
    ...(isVerbatim && reasoning_content ? { reasoning_content } : {}),
    ...(tool_calls === undefined || tool_calls.length === 0 ? {} : { tool_calls }),
    ...(tool_call_id === undefined ? {} : { tool_call_id }),
  }
}

function wireBlock(block: JsonObject): JsonObject {
  return typeof block['image_url'] === 'string' ? { ...block, image_url: { url: block['image_url'] } } : block
}
