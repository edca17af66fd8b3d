import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../../json/json.ts'
import { sourceAt, withoutLayout } from '../../../json/source-text.ts'
import { wrapInput } from '../../conversation/blocks.ts'

/** Keeps the arguments of tool calls as the model wrote them, so that the text of a record need not be kept. */
export class RawArguments {
  private readonly written = new Map<JsonObject, string>()

  /** Remember the arguments of every call in a record. */
  collect(record: JsonObject, text: string): void {
    eachCall(record, (block, path) => this.written.set(block, readArguments(block, path, text)))
  }

  /** What is remembered of the calls in these records. */
  writtenIn(records: readonly JsonObject[]): Map<JsonObject, string> {
    const found = new Map<JsonObject, string>()
    for (const record of records)
      eachCall(record, block => {
        const written = this.written.get(block)
        if (written !== undefined) found.set(block, written)
      })
    return found
  }

  /** Remember what was written in calls that were read before. */
  add(written: ReadonlyMap<JsonObject, string>): void {
    for (const [block, text] of written) this.written.set(block, text)
  }

  /** JSON text of a call's arguments, always that of an object. */
  of(block: JsonObject): string {
    return this.written.get(block) ?? objectText(argumentsIn(block), null)
  }
}

/** How deep transcripts inside results inside transcripts are followed. */
const MAX_NESTING = 8

type Path = readonly (string | number)[]

type Visit = (block: JsonObject, path: Path) => void

function eachCall(record: JsonObject, visit: Visit): void {
  inMessage(record['message'], ['message'], visit, 0)
  inList(record['messages'], ['messages'], visit, 0)
  inList(record['retainedTail'], ['retainedTail'], visit, 0)
  const replacement = record['replacement']
  if (isObject(replacement)) inMessage(replacement, ['replacement'], visit, 0)
}

function inList(messages: Json | undefined, path: Path, visit: Visit, depth: number): void {
  if (!Array.isArray(messages)) return
  for (const [i, message] of messages.entries()) inMessage(message, [...path, i], visit, depth)
}

function inMessage(message: Json | undefined, path: Path, visit: Visit, depth: number): void {
  if (!isObject(message) || depth > MAX_NESTING) return
  const content = message['content']
  if (Array.isArray(content))
    content.forEach((block, i) => {
      if (isCall(block)) visit(block, [...path, 'content', i])
    })
  const details = message['details']
  if (!isObject(details) || !Array.isArray(details['results'])) return
  details['results'].forEach((result, i) => {
    if (isObject(result)) inList(result['messages'], [...path, 'details', 'results', i, 'messages'], visit, depth + 1)
  })
}

function readArguments(block: JsonObject, path: Path, text: string): string {
  const value = argumentsIn(block)
  const key = (block['arguments'] ?? null) === null ? 'input' : 'arguments'
  return objectText(value, () => asWritten(block, text) ?? sourceAt(text, [...path, key]))
}

/** Whether a content block is a call; OpenClaw passes on blocks under two further names. */
export function isCall(block: Json): block is JsonObject {
  return isObject(block) && (block['type'] === 'toolCall' || block['type'] === 'toolUse' || block['type'] === 'functionCall')
}

function argumentsIn(block: JsonObject): Json | undefined {
  return block['arguments'] ?? block['input']
}

/** The record that was searched last, and how far. */
let searched = { text: '', from: 0 }

/** The arguments serialised, where that gives the text that stands in the record; null where reading them changed something. */
function asWritten({ id, name, arguments: value }: JsonObject, text: string): string | null {
  if (!isObject(value)) return null
  try {
    const before = `"id":${writeJson(id)},"name":${writeJson(name)},"arguments":`
    const serialised = writeJson(value)
    // Calls are asked for in their order. Where one is not found, no other of the record is looked for.
    if (text !== searched.text) searched = { text, from: 0 }
    for (let at = text.indexOf(before, searched.from); ; at = text.indexOf(before, at + 1)) {
      searched.from = at < 0 ? text.length : at
      if (at < 0) break
      if (text.startsWith(serialised, at + before.length)) return serialised
    }
  } catch {
    // Nested too deeply to be serialised.
  }
  return null
}

function objectText(value: Json | undefined, written: (() => string | null) | null): string {
  if (value === undefined || value === null) return '{}'
  if (typeof value === 'string') return isObject(parseJson(value)) ? withoutLayout(value) : wrapInput(value)
  if (!isObject(value)) return wrapInput(value)
  return withoutLayout(written?.() ?? writeJson(value))
}
