import { isObject, type Json, type JsonObject, parseJson } from '../../json.ts'
import { sourceAt, withoutLayout } from '../../json-source.ts'
import { wrapInput } from '../blocks.ts'

/** How deep transcripts inside results inside transcripts are followed. */
const MAX_NESTING = 8

type Path = readonly (string | number)[]

/** Keeps the arguments of tool calls as the model wrote them, so that the text of a record need not be kept. */
export class RawArguments {
  private readonly written = new Map<JsonObject, string>()

  /** Remember the arguments of every call in a record. */
  collect(record: JsonObject, text: string): void {
    this.inMessage(record['message'], ['message'], text, 0)
    this.inList(record['messages'], ['messages'], text, 0)
    this.inList(record['retainedTail'], ['retainedTail'], text, 0)
    const replacement = record['replacement']
    if (isObject(replacement)) this.inMessage(replacement, ['replacement'], text, 0)
  }

  /** JSON text of a call's arguments, always that of an object. */
  of(block: JsonObject): string {
    return this.written.get(block) ?? objectText(argumentsIn(block), null)
  }

  private inList(messages: Json | undefined, path: Path, text: string, depth: number): void {
    if (!Array.isArray(messages)) return
    for (const [i, message] of messages.entries()) this.inMessage(message, [...path, i], text, depth)
  }

  private inMessage(message: Json | undefined, path: Path, text: string, depth: number): void {
    if (!isObject(message) || depth > MAX_NESTING) return
    const content = message['content']
    if (Array.isArray(content))
      content.forEach((block, i) => {
        if (isCall(block)) this.written.set(block, this.read(block, [...path, 'content', i], text))
      })
    const details = message['details']
    if (!isObject(details) || !Array.isArray(details['results'])) return
    details['results'].forEach((result, i) => {
      if (isObject(result)) this.inList(result['messages'], [...path, 'details', 'results', i, 'messages'], text, depth + 1)
    })
  }

  private read(block: JsonObject, path: Path, text: string): string {
    const value = argumentsIn(block)
    const key = (block['arguments'] ?? null) === null ? 'input' : 'arguments'
    return objectText(value, () => asWritten(block, text) ?? sourceAt(text, [...path, key]))
  }
}

/** Whether a content block is a call; OpenClaw passes on blocks under two further names. */
export function isCall(block: Json): block is JsonObject {
  return isObject(block) && (block['type'] === 'toolCall' || block['type'] === 'toolUse' || block['type'] === 'functionCall')
}

function argumentsIn(block: JsonObject): Json | undefined {
  return block['arguments'] ?? block['input']
}

/** The arguments serialised, where that gives the text that stands in the record; null where reading them changed something. */
function asWritten({ id, name, arguments: value }: JsonObject, text: string): string | null {
  if (!isObject(value)) return null
  try {
    const before = `"id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"arguments":`
    const serialised = JSON.stringify(value)
    for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1))
      if (text.startsWith(serialised, at + before.length)) return serialised
  } catch {
    // Nested too deeply to be serialised.
  }
  return null
}

function objectText(value: Json | undefined, written: (() => string | null) | null): string {
  if (value === undefined || value === null) return '{}'
  if (typeof value === 'string') return isObject(parseJson(value)) ? withoutLayout(value) : wrapInput(value)
  if (!isObject(value)) return wrapInput(value)
  return withoutLayout(written?.() ?? JSON.stringify(value))
}
