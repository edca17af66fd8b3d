import { readJsonOr, writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { chatRole } from '../../conversation/chat-message.ts'
import type { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import type { StoredSession } from './stored-session.ts'

/** Read training trajectories: a conversation per line, with thinking, calls and results as tags in its texts. */
export async function* readTrajectories(source: Source, ledger: Ledger, file: string): AsyncIterable<StoredSession> {
  for await (const { record, ...place } of readLines(source, file, ledger, {
    isRecord: ({ conversations }) => Array.isArray(conversations),
  })) {
    ledger.settle(place, 'metadata', 'trajectory settings')
    const turns = Array.isArray(record['conversations']) ? record['conversations'] : []
    const entries: Entry[] = []
    let tools: Json = null
    for (const turn of turns) {
      const at = ledger.read(file, place.line, place.offset, isObject(turn) ? turn : null)
      const value = isObject(turn) ? turn['value'] : null
      if (!isObject(turn) || typeof value !== 'string') {
        ledger.settle(at, 'unparsed', 'not a turn of a conversation')
        continue
      }
      const from = String(turn['from'])
      if (from === 'system') tools ??= toolsIn(value)
      const messages =
        from === 'tool' ? resultsIn(value) : [from === 'gpt' ? answerOf(value) : { role: chatRole(from) ?? from, content: value }]
      for (const message of messages) entries.push({ record: message, place: at, text: null, state: 'active' })
    }
    yield {
      id: `${file}:${place.line}`,
      file,
      header: { ...batchOf(record), ...record },
      systemPrompt: null,
      tools,
      entries,
      diagnostics: [],
    }
  }
}

/** The batch runner says model and time in a place of their own. */
function batchOf({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) ? { model: metadata['model'] ?? null, timestamp: metadata['timestamp'] ?? null } : {}
}

function toolsIn(system: string): Json {
  for (const [, inside] of system.matchAll(/<tools>\s*([\s\S]*?)\s*<\/tools>/g)) {
    const tools = readJsonOr(inside!)
    if (Array.isArray(tools)) return tools
  }
  return null
}

/** A model's turn: its calls, and its text with the thinking still in front. */
function answerOf(value: string): JsonObject {
  const calls: string[] = []
  const said = value.replace(/\s*<tool_call>\s*([\s\S]*?)\s*<\/tool_call>/g, (whole, source: string) => {
    const call = readJsonOr(source)
    if (!isObject(call) || typeof call['name'] !== 'string') return whole
    calls.push(`{"function":{"name":${writeJson(call['name'])},"arguments":${sourceAt(source, ['arguments']) ?? 'null'}}}`)
    return ''
  })
  return { role: 'assistant', content: said, ...(calls.length === 0 ? {} : { tool_calls: `[${calls.join(',')}]` }) }
}

function resultsIn(value: string): JsonObject[] {
  const results = [...value.matchAll(/<tool_response>\s*([\s\S]*?)\s*<\/tool_response>/g)].map(([, source]) => resultOf(source!))
  return results.length === 0 ? [resultOf(value)] : results
}

function resultOf(source: string): JsonObject {
  const result = readJsonOr(source)
  if (!isObject(result) || !('content' in result)) return { role: 'tool', content: source }
  const content = result['content']
  return {
    role: 'tool',
    tool_call_id: stringOrNull(result['tool_call_id']),
    tool_name: stringOrNull(result['name']),
    content: typeof content === 'string' ? content : (sourceAt(source, ['content']) ?? ''),
  }
}
