import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../../json/json.ts'

/** What a message shows of the model's thinking. */
export type Reasoning = {
  text: string // '' where there is none
  kind: 'full' | 'summary'
  encrypted: number // pieces only the provider can read
  redacted: number
  content: string | null // the content without the thinking that stood in it; null where it holds none
}

/** Gather the thinking of a message from its fields and from the tags in its content, each thought once. */
export function reasoningOf(record: JsonObject, content: Json): Reasoning {
  const details = [...listOf(record['reasoning_details']), ...listOf(record['codex_reasoning_items'])]
  const encrypted = details.filter(isEncrypted).length
  const native = textOrNull(record['reasoning_content']) ?? textOrNull(record['reasoning']) ?? textOfDetails(details)
  const inline = typeof content === 'string' ? splitThinking(content) : null
  const thoughts = inline?.thoughts.filter(thought => thought.trim() !== '') ?? []
  return {
    text: joinOnce(native ?? '', thoughts),
    // A provider that encrypts its reasoning shows a summary of it.
    kind: encrypted > 0 ? 'summary' : 'full',
    encrypted,
    redacted: details.filter(item => String(item['type']).includes('redacted')).length,
    content: inline === null || inline.thoughts.length === 0 ? null : inline.rest,
  }
}

/** Thinking fields may hold a single space: a pad some providers ask for, no thought. */
function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function listOf(stored: Json | undefined): JsonObject[] {
  const list = typeof stored === 'string' ? readJsonOr(stored) : stored
  return Array.isArray(list) ? list.filter(isObject) : []
}

function isEncrypted(item: JsonObject): boolean {
  const sealed = item['encrypted_content'] ?? (String(item['type']).includes('encrypted') ? item['data'] : null)
  return typeof sealed === 'string' && sealed !== ''
}

function textOfDetails(details: JsonObject[]): string | null {
  const texts = details.flatMap(item => textOrNull(item['text']) ?? textOrNull(item['thinking']) ?? textOrNull(item['summary']) ?? [])
  return texts.length === 0 ? null : texts.join('\n\n')
}

const OPEN = /^\s*<(think|thinking|reasoning|thought|REASONING_SCRATCHPAD)>/i

/** Take the thinking off the front of a text, and scratchpads from wherever a line begins with one. */
function splitThinking(content: string): { thoughts: string[]; rest: string } {
  const thoughts: string[] = []
  let rest = content
  for (let open = OPEN.exec(rest); open !== null; open = OPEN.exec(rest)) {
    const close = rest.toLowerCase().indexOf(`</${open[1]!.toLowerCase()}>`)
    const inside = rest.slice(open[0].length, close < 0 ? rest.length : close)
    thoughts.push(inside.trim())
    rest = close < 0 ? '' : rest.slice(close + open[1]!.length + 3).trimStart()
  }
  rest = rest.replace(/^[ \t]*<(think|REASONING_SCRATCHPAD)>([\s\S]*?)<\/\1>\s*/gim, (_, _tag, inside: string) => {
    thoughts.push(inside.trim())
    return ''
  })
  return { thoughts, rest }
}

function joinOnce(native: string, thoughts: string[]): string {
  let text = native
  for (const thought of thoughts) {
    if (plain(text).includes(plain(thought))) continue
    text = plain(thought).includes(plain(text)) ? thought : `${text}\n\n${thought}`
  }
  return text
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
