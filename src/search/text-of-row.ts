import { readJsonOr } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { normal } from './folded.ts'

/** Columns of a row that texts are made of. */
export const TEXT_COLUMNS = [
  'trace_id',
  'source_kind',
  'project_path',
  'cwd',
  'started_at',
  'ended_at',
  'messages',
  'message_meta',
] as const

/** What a message says: its words, what was thought, and calls with their arguments. */
export type MessageText = { message: number; whose: string; text: string }

/** Texts of a row. What it repeats of another row is found there. */
export function textsOf(row: Row): MessageText[] {
  const metas = Array.isArray(row['message_meta']) ? row['message_meta'] : []
  const messages = Array.isArray(row['messages']) ? row['messages'] : []
  return messages.flatMap((said, message) => {
    const meta = isObject(metas[message]) ? metas[message] : {}
    if (!isObject(said) || meta['replay'] === true) return []
    const text = normal(partsOf(said).join('\n'))
    const whose = typeof meta['origin'] === 'string' ? meta['origin'] : String(said['role'])
    return text === '' ? [] : [{ message, whose, text }]
  })
}

function partsOf(said: { [key: string]: Json }): string[] {
  const { content, reasoning_content: thought, tool_calls: calls } = said
  const parts = typeof thought === 'string' ? [thought] : []
  if (typeof content === 'string') parts.push(content)
  else if (Array.isArray(content))
    for (const block of content) if (isObject(block) && typeof block['text'] === 'string') parts.push(block['text'])
  for (const call of Array.isArray(calls) ? calls : []) {
    const made = isObject(call) && isObject(call['function']) ? call['function'] : {}
    parts.push(`${String(made['name'] ?? '')} ${argumentsText(made['arguments'])}`)
  }
  return parts
}

/** Arguments are JSON text: people look for what it says, which is not always written as they type it. */
function argumentsText(source: Json | undefined): string {
  const args = typeof source === 'string' ? readJsonOr(source) : source
  if (args === undefined) return String(source ?? '')
  const lines: string[] = []
  const walk = (value: Json, name: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, name)
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) walk(item, key)
    else lines.push(name === '' ? String(value) : `${name}: ${String(value)}`)
  }
  walk(args, '')
  return lines.join('\n')
}
