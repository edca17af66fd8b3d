import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import { ownValue } from '../json/own.ts'

/** One turn of a conversation, ready to be shown. */
export type ShownTurn = { role: string; note: string; parts: ShownPart[] }

/** A piece of a turn. */
export type ShownPart = { kind: 'text' | 'thought' | 'call' | 'other'; label: string; text: string }

/** Whether a value is a list of chat messages. */
export function isConversation(value: Json | undefined): value is JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage)
}

/** Whether a value is one chat message. */
export function isMessage(value: Json | undefined): value is JsonObject {
  return isObject(value) && typeof value['role'] === 'string' && 'content' in value
}

/** The turns of a conversation; `meta` says of each whose words it holds. */
export function shownTurns(messages: readonly JsonObject[], meta: readonly Json[] = []): ShownTurn[] {
  return messages.map((message, i) => shownTurn(message, meta[i]))
}

/** One message as a turn. */
export function shownTurn(message: JsonObject, meta?: Json): ShownTurn {
  const parts: ShownPart[] = []
  const thought = message['reasoning_content']
  if (typeof thought === 'string' && thought !== '') parts.push({ kind: 'thought', label: 'thinks', text: thought })
  for (const block of contentBlocks(message['content'])) parts.push(block)
  const calls = message['tool_calls']
  for (const call of Array.isArray(calls) ? calls.filter(isObject) : []) parts.push(shownCall(call))
  return { role: String(message['role']), note: noteOf(message, meta), parts }
}

function contentBlocks(content: Json | undefined): ShownPart[] {
  if (typeof content === 'string') return [{ kind: 'text', label: '', text: content }]
  if (!Array.isArray(content)) return []
  return content.map(block => {
    if (isObject(block) && typeof block['text'] === 'string') return { kind: 'text', label: '', text: block['text'] }
    const type = isObject(block) ? String(block['type'] ?? 'block') : 'block'
    return { kind: 'other', label: type, text: shorten(writeJson(block)) }
  })
}

function shownCall(call: JsonObject): ShownPart {
  const made = isObject(call['function']) ? call['function'] : {}
  const source = typeof made['arguments'] === 'string' ? made['arguments'] : writeJson(made['arguments'] ?? {})
  const args = parseJson(source)
  const text = isObject(args)
    ? Object.entries(args)
        .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : writeJson(value)}`)
        .join('\n')
    : source
  return { kind: 'call', label: `calls ${String(made['name'] ?? 'unknown')}`, text }
}

function noteOf(message: JsonObject, meta: Json | undefined): string {
  if (!isObject(meta)) return typeof message['tool_call_id'] === 'string' ? `answers ${message['tool_call_id']}` : ''
  const usual: { [role: string]: string } = { assistant: 'model', tool: 'tool', user: 'human', system: 'harness' }
  const origin = meta['origin'] === ownValue(usual, String(message['role'])) ? null : meta['origin']
  const notes = [
    origin,
    meta['is_error'] === true ? 'error' : null,
    meta['boundary'],
    meta['replay'] === true ? 'replay' : null,
    meta['model'],
  ]
  return notes.filter(note => typeof note === 'string').join(' · ')
}

/** Long data (an image in base64) is of no use on a screen. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 160)}… (${text.length} characters)` : text
}
