import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson, stringIn, stringOrNull } from '../../../json/json.ts'
import { parseLooseJson } from '../../../json/loose.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { imageBlock, inlineImageBlock } from '../../conversation/blocks.ts'
import { type ChatRole, chatRole } from '../../conversation/chat-message.ts'
import { type Part, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Span, SpanEvent } from './entry.ts'

/** One message that a model was given, or gave. */
export type Said = { role: ChatRole; parts: Part[]; finish: string | null }

/** What went into a call of a model, and what came out. */
export type Exchange = { input: Said[]; output: Said[]; isCut: boolean }

/** The messages of a span, by the conventions of whichever time its exporter follows: attributes, an event with them, an event for each message, or one attribute for each field. */
export function exchangeOf(span: Span): Exchange {
  const details = span.events.find(({ name }) => name === 'gen_ai.client.inference.operation.details')?.attributes ?? {}
  const attributes: JsonObject = { ...details, ...span.attributes }
  const read = { isCut: false }
  const system = saidIn(attributes['gen_ai.system_instructions'], 'system', read)
  const input = saidIn(attributes['gen_ai.input.messages'] ?? attributes['gen_ai.prompt'], 'user', read)
  const output = saidIn(attributes['gen_ai.output.messages'] ?? attributes['gen_ai.completion'], 'assistant', read)
  if (input.length + output.length > 0) return { input: [...instructions(system), ...input], output, ...read }
  const told = span.events.flatMap(event => saidByEvent(event))
  const answers = told.filter(({ isAnswer }) => isAnswer).map(({ said }) => said)
  const asked = told.filter(({ isAnswer }) => !isAnswer).map(({ said }) => said)
  if (told.length > 0) return { input: [...instructions(system), ...asked], output: answers, ...read }
  return { input: numbered(attributes, 'gen_ai.prompt'), output: numbered(attributes, 'gen_ai.completion'), ...read }
}

/** Instructions come as parts without a role: they are one message. */
function instructions(system: readonly Said[]): Said[] {
  const parts = system.flatMap(said => said.parts)
  return parts.length === 0 ? [] : [{ role: 'system', parts, finish: null }]
}

/** Messages, or parts of one, as a value or as its JSON text, which exporters may have cut off. */
function saidIn(value: Json | undefined, role: ChatRole, read: { isCut: boolean }): Said[] {
  if (value === undefined || value === null || value === '') return []
  let list: Json | undefined = value
  if (typeof value === 'string') {
    list = parseJson(value)
    if (list === undefined && /^\s*[[{]/.test(value)) {
      read.isCut = true
      list = parseLooseJson(value)
    }
    if (list === undefined || typeof list !== 'object' || list === null) return [{ role, parts: partsOf(value), finish: null }]
  }
  const items = Array.isArray(list) ? list : [list]
  return items.flatMap((item): Said[] => {
    if (!isObject(item)) return [{ role, parts: partsOf(typeof item === 'string' ? item : writeJson(item)), finish: null }]
    const own = chatRole(item['role'])
    const parts = item['parts'] ?? (own === null ? [item] : item['content'])
    return [{ role: own ?? role, parts: [...partsIn(parts), ...callsIn(item)], finish: stringOrNull(item['finish_reason']) }]
  })
}

/** Parts as the conventions have them, and as the APIs have them that exporters copy. */
function partsIn(value: Json | undefined): Part[] {
  if (!Array.isArray(value)) return partsOf(value)
  return value.flatMap((part): Part[] => {
    if (!isObject(part)) return partsOf(part)
    const { type, content } = part
    if (type === 'text' && typeof content === 'string') return partsOf(content)
    if (type === 'reasoning' && typeof content === 'string') return [{ is: 'thought', text: content, kind: 'full' }]
    if (type === 'tool_call')
      return [{ is: 'call', id: stringOrNull(part['id']), name: stringOrNull(part['name']) ?? '', args: argumentsText(part['arguments']) }]
    if (type === 'tool_call_response')
      return [
        {
          is: 'result',
          id: stringOrNull(part['id']),
          name: null,
          content: resultBlocks(part['response'] ?? part['result'] ?? content),
          isError: null,
        },
      ]
    return mediaIn(part) ?? partsOf([part])
  })
}

function mediaIn(part: JsonObject): Part[] | null {
  if (part['modality'] !== 'image') return null
  const { content, uri } = part
  if (part['type'] === 'blob' && typeof content === 'string')
    return [{ is: 'block', block: inlineImageBlock(stringOrNull(part['mime_type']) ?? 'image/png', content) }]
  return part['type'] === 'uri' && typeof uri === 'string' ? [{ is: 'block', block: imageBlock(uri) }] : null
}

/** Calls beside the content, as chat APIs have them. */
function callsIn({ tool_calls: calls }: JsonObject): Part[] {
  return (Array.isArray(calls) ? calls.filter(isObject) : []).map(call => {
    const made = isObject(call['function']) ? call['function'] : call
    return {
      is: 'call' as const,
      id: stringOrNull(call['id']),
      name: stringOrNull(made['name']) ?? '',
      args: argumentsText(made['arguments']),
    }
  })
}

/** The events of 2024: one for each message, one for each answer. */
function saidByEvent({ name, attributes }: SpanEvent): { said: Said; isAnswer: boolean }[] {
  if (name === 'gen_ai.content.prompt' || name === 'gen_ai.content.completion') {
    const isAnswer = name.endsWith('completion')
    const value = attributes[isAnswer ? 'gen_ai.completion' : 'gen_ai.prompt']
    return saidIn(value, isAnswer ? 'assistant' : 'user', { isCut: false }).map(said => ({ said, isAnswer }))
  }
  const kind = /^gen_ai\.(system|user|assistant|tool|choice)(?:\.message)?$/.exec(name)?.[1]
  if (kind === undefined) return []
  const body = valueIn(attributes['message'] ?? attributes['body'] ?? attributes['gen_ai.event.content'])
  const record: JsonObject = isObject(body) ? { ...attributes, ...body } : attributes
  const role: ChatRole = kind === 'choice' ? 'assistant' : (kind as ChatRole)
  const given = valueIn(record['content'])
  const calls = callsIn({ tool_calls: valueIn(record['tool_calls']) ?? null })
  const result: Part = { is: 'result', id: stringIn(record, 'id', 'tool_call_id'), name: null, content: resultBlocks(given), isError: null }
  const parts = role === 'tool' ? [result] : [...partsIn(given), ...calls]
  return [{ said: { role, parts, finish: stringOrNull(record['finish_reason']) }, isAnswer: kind === 'choice' }]
}

function valueIn(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value
}

/** One attribute for each field: `gen_ai.prompt.0.role`, `gen_ai.completion.0.tool_calls.0.name`. */
function numbered(attributes: JsonObject, prefix: string): Said[] {
  const messages = new Map<number, Map<string, Json>>()
  for (const [key, value] of Object.entries(attributes)) {
    const [, index, field] = key.startsWith(`${prefix}.`) ? (/^(\d{1,6})\.(.+)$/.exec(key.slice(prefix.length + 1)) ?? []) : []
    if (index === undefined) continue
    const fields = messages.get(Number(index)) ?? new Map<string, Json>()
    messages.set(Number(index), fields.set(field!, value))
  }
  return [...messages.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, fields]) => {
      const role = chatRole(fields.get('role')) ?? (prefix.endsWith('prompt') ? 'user' : 'assistant')
      const content = valueIn(fields.get('content'))
      const id = stringOrNull(fields.get('tool_call_id'))
      const parts: Part[] =
        role === 'tool' ? [{ is: 'result', id, name: null, content: resultBlocks(content), isError: null }] : partsIn(content)
      return { role, parts: [...parts, ...numberedCalls(fields)], finish: stringOrNull(fields.get('finish_reason')) }
    })
}

function numberedCalls(fields: ReadonlyMap<string, Json>): Part[] {
  const calls: Part[] = []
  for (let i = 0; fields.has(`tool_calls.${i}.name`); i++) {
    const field = (name: string) => fields.get(`tool_calls.${i}.${name}`)
    calls.push({
      is: 'call',
      id: stringOrNull(field('id')),
      name: stringOrNull(field('name')) ?? '',
      args: argumentsText(field('arguments')),
    })
  }
  return calls
}

/** What tells one message from another, whatever was thought in it: a model's answer comes back as a part of what it is given next. */
export function printOf({ role, parts }: Said): string {
  const said = parts.flatMap((part): Json[] => {
    if (part.is === 'block') return [part.block.type === 'text' ? (part.block['text'] ?? '') : part.block]
    if (part.is === 'call') return [[part.name, part.args.replace(/\s/g, '')]]
    return part.is === 'result' ? [part.id, part.content] : []
  })
  return writeJson([role, said])
}
