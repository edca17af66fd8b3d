import type { Lossless } from '../../json/lossless.ts'
import { pythonJson, pythonRepr } from '../../python/text.ts'
import type { Message } from '../conversation/row.ts'
import { DataDesignerParseError } from './parse-error.ts'
import { isDict, optionalText, type PythonDict, type PythonValue } from './python-value.ts'

/** A message before its values are made plain JSON: unknown blocks and ids are still as the log has them. */
export type DraftMessage = {
  role: Message['role']
  content: PythonDict[]
  reasoning_content?: string
  tool_calls?: PythonDict[]
  tool_call_id?: string
}

/** What a message may have besides its role. Empty values count as absent. */
export type MessageParts = {
  content: PythonValue
  reasoning?: string | null
  toolCalls?: PythonDict[]
  toolCallId?: string
}

/** Put a message together, its keys in their order. */
export function message(role: PythonValue, parts: MessageParts): DraftMessage {
  const draft: DraftMessage = { role: roleOf(role, 'agent rollout message'), content: blocksOf(parts.content) }
  if (parts.reasoning) draft.reasoning_content = parts.reasoning
  if (parts.toolCalls?.length) draft.tool_calls = parts.toolCalls
  if (parts.toolCallId) draft.tool_call_id = parts.toolCallId
  return draft
}

/** One of the four roles, or the file is malformed. */
export function roleOf(role: PythonValue, context: string): Message['role'] {
  if (role === 'developer') return 'system'
  if (role === 'user' || role === 'assistant' || role === 'system' || role === 'tool') return role
  throw new DataDesignerParseError(`Unsupported message role ${pythonRepr(role)} in ${context}`)
}

/** A text block of whatever it is: `str(value)`, and nothing for None. */
export function textBlock(value: PythonValue): PythonDict {
  return { type: 'text', text: optionalText(value) ?? '' }
}

/** A function call, its arguments already text. */
export function toolCall(id: Lossless, name: Lossless, args: string): PythonDict {
  return { id, type: 'function', function: { name, arguments: args } }
}

/** Arguments as a call carries them: a string as it is, anything else as JSON with sorted keys, and `{}` for None. */
export function argumentsText(value: PythonValue): string {
  return typeof value === 'string' ? value : pythonJson(value ?? {}, { sortKeys: true })
}

/** The content that Hermes and Pi messages are given: None is an empty text there, and a dict is JSON. */
export function contentOrJson(content: PythonValue): PythonValue {
  if (content === null || content === undefined) return ''
  return Array.isArray(content) ? content : argumentsText(content)
}

function blocksOf(content: PythonValue): PythonDict[] {
  if (Array.isArray(content)) return content.map(blockOf)
  return content === null || content === undefined ? [] : [textBlock(content)]
}

function blockOf(block: Lossless): PythonDict {
  if (!isDict(block)) return textBlock(block)
  if ('type' in block) return block
  return textBlock('text' in block ? block['text'] : block)
}
