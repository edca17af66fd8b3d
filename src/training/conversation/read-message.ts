import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { TrainingCall, TrainingMessage } from './example.ts'

/** Messages of one row as training data sees them, one after the other: results are told by the names of the calls they answer. */
export class MessageReader {
  private readonly names = new Map<string, string>() // of tools by id of the call

  /** The message; the reason where it is none. `source`: its index among the messages of the row. */
  read(message: JsonObject, source: number, meta: JsonObject): TrainingMessage | { reason: string } {
    const one = messageOf(message, source, meta, this.names)
    if (!('reason' in one)) for (const call of one.calls) this.names.set(call.id, call.name)
    return one
  }
}

const ROLES = new Set(['system', 'user', 'assistant', 'tool'])

function messageOf(
  message: JsonObject,
  source: number,
  meta: JsonObject,
  names: ReadonlyMap<string, string>,
): TrainingMessage | { reason: string } {
  const role = message['role'] === 'developer' ? 'system' : message['role']
  if (typeof role !== 'string' || !ROLES.has(role))
    return { reason: `found role ${writeJson(role ?? null)}, expected system, user, assistant or tool` }
  const calls: TrainingCall[] = []
  for (const call of Array.isArray(message['tool_calls']) ? message['tool_calls'] : []) {
    const made = callOf(call, `call_${source}_${calls.length}`)
    if (made === null) return { reason: 'found a call without a name or with arguments that are no JSON object' }
    calls.push(made)
  }
  const callId = typeof message['tool_call_id'] === 'string' ? message['tool_call_id'] : null
  const reasoning = message['reasoning_content']
  return {
    role: role as TrainingMessage['role'],
    text: textOf(message['content'] ?? null),
    reasoning: role === 'assistant' && typeof reasoning === 'string' && reasoning.trim() !== '' ? reasoning : null,
    calls,
    callId,
    toolName: callId === null ? null : (names.get(callId) ?? null),
    isError: meta['is_error'] === true,
    train: role === 'assistant' && meta['train'] !== false,
    source,
    elided: 0,
  }
}

function callOf(call: Json, id: string): TrainingCall | null {
  if (!isObject(call) || !isObject(call['function'])) return null
  const { name, arguments: given } = call['function']
  const text = typeof given === 'string' ? given : writeJson(given ?? {})
  if (typeof name !== 'string' || name === '' || !isObject(parseJson(text))) return null
  return { id: typeof call['id'] === 'string' ? call['id'] : id, name, arguments: text }
}

/** Text of blocks; what is no text leaves its kind in brackets, so that it is seen to be missing. */
function textOf(content: Json): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map(block =>
      isObject(block)
        ? typeof block['text'] === 'string'
          ? block['text']
          : `[${String(block['type'] ?? 'block').replace(/_url$/, '')}]`
        : String(block ?? ''),
    )
    .join('\n')
}
