import { TracewrightError } from '../../errors.ts'
import type { Json } from '../../json/json.ts'
import type { ToolList, TrainingMessage } from '../conversation/example.ts'
import type { Written } from '../conversation/json-line.ts'

/** A message as OpenAI's fine-tuning takes it: no keys beside those of the API, names of its letters. */
export function openaiMessage({ role, text, calls, callId }: TrainingMessage): { [key: string]: Written } {
  if (role === 'tool') return { role, tool_call_id: callId ?? '', content: text }
  if (calls.length === 0) return { role, content: text }
  return {
    role,
    content: text === '' ? null : text,
    tool_calls: calls.map(call => ({ id: call.id, type: 'function', function: { name: apiName(call.name), arguments: call.arguments } })),
  }
}

/** So many tools the API takes. */
const MOST_TOOLS = 128

/** Tools as the API takes them; null where there are none. Throws where there are too many. */
export function openaiTools({ schemas }: ToolList): Json[] | null {
  if (schemas.length === 0) return null
  if (schemas.length > MOST_TOOLS)
    throw new TracewrightError('column', `The conversation has ${schemas.length} tools: OpenAI takes at most ${MOST_TOOLS}`)
  return schemas.map(({ function: { name, ...more } }) => ({ type: 'function', function: { name: apiName(name), ...more } }))
}

function apiName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
}
