import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { SplitFinding } from './split-values.ts'

/** Changes a text of a row; `more` are places in it that are known already. */
export type ChangeText = (text: string, more?: readonly SplitFinding[]) => string

/** Which columns are looked at besides the messages: those that exports write, or all. */
export type RedactedColumns = 'exported' | 'all'

/** The row with its texts changed. `seams`: places by index of the message, in its first text. */
export function changeTexts(
  row: Row,
  change: ChangeText,
  { columns, seams = new Map() }: { columns: RedactedColumns; seams?: ReadonlyMap<number, readonly SplitFinding[]> },
): Row {
  const plain: Change = text => change(text)
  const result: Row = { ...row }
  if (row['messages'] !== undefined) result['messages'] = changedMessages(row['messages'], change, seams)
  const others = columns === 'all' ? Object.keys(row).filter(name => !KEPT.has(name)) : WRITTEN.filter(name => name in row)
  for (const column of others) result[column] = ANSWERS.has(column) ? changedMessages(row[column]!, change) : walk(row[column]!, plain)
  return result
}

function changedMessages(messages: Json, change: ChangeText, seams: ReadonlyMap<number, readonly SplitFinding[]> = new Map()): Json {
  const plain: Change = text => change(text)
  if (!Array.isArray(messages)) return walk(messages, plain)
  return messages.map((message, i) => {
    if (!isObject(message)) return walk(message, plain)
    const { tool_calls: calls, ...others } = message
    let more = seams.get(i)
    const content: Change = text => {
      const known = more
      more = undefined
      return change(text, known)
    }
    const result: JsonObject = {}
    for (const [key, value] of Object.entries(others))
      result[key] = key === 'role' || key === 'tool_call_id' ? value : walk(value, key === 'content' ? content : plain, { key: plain })
    if (Array.isArray(calls)) result['tool_calls'] = calls.map(call => changedCall(call, plain))
    return result
  })
}

/** Columns besides the messages that views and manifests tell of. */
const WRITTEN = ['chosen', 'rejected', 'trace_id', 'root_session_id', 'parent_trace_id', 'tools', 'outcome', 'models', 'source_kind']

/** Columns of pairs that are messages, too. */
const ANSWERS: ReadonlySet<string> = new Set(['chosen', 'rejected'])

/** Done already, or names a call, as calls and results themselves do. */
const KEPT: ReadonlySet<string> = new Set(['messages', 'spawn_tool_call_id'])

function changedCall(call: Json, plain: Change): Json {
  if (!isObject(call) || !isObject(call['function'])) return walk(call, plain)
  const { name, arguments: given, ...others } = call['function']
  const args = typeof given === 'string' ? changedJson(given, plain) : walk(given ?? null, plain)
  return { ...call, function: { ...(name === undefined ? {} : { name }), ...(walk(others, plain) as JsonObject), arguments: args } }
}

/** JSON text stays JSON: its texts are looked at one by one, and then as they stand beside their keys. */
function changedJson(text: string, plain: Change): string {
  const value = readJsonOr(text)
  if (value === undefined) return plain(text)
  const inner = walk(value, plain)
  const byValue = inner === value ? text : writeJson(inner)
  const whole = plain(byValue)
  if (whole === byValue || readJsonOr(whole) !== undefined) return whole
  // A number that is a secret is a text from now on.
  const worded = writeJson(walk(inner, plain, { number: plain }))
  const again = plain(worded)
  return readJsonOr(again) === undefined ? writeJson({ redacted: again }) : again
}

type Change = (text: string) => string

/** All texts of a value, keys included; the same object where none of them changes. */
function walk(value: Json, text: Change, others: { key?: Change; number?: Change } = {}): Json {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) {
    const changed = value.map(item => walk(item, text, others))
    return changed.every((item, i) => item === value[i]) ? value : changed
  }
  if (isObject(value)) return walkObject(value, text, others)
  const { number } = others
  if (number === undefined || value === null || typeof value === 'boolean') return value
  const written = writeJson(value)
  const changed = number(written)
  return changed === written ? value : changed
}

function walkObject(value: JsonObject, text: Change, others: { key?: Change; number?: Change }): JsonObject {
  let isChanged = false
  const entries = new Map<string, Json>()
  for (const [key, item] of Object.entries(value)) {
    let name = (others.key ?? text)(key)
    // Two names of one person are two keys still.
    while (name !== key && (entries.has(name) || Object.hasOwn(value, name))) name += '_'
    const inner = key === 'type' ? item : walk(item, text, others)
    if (name !== key || inner !== item) isChanged = true
    entries.set(name, inner)
  }
  return isChanged ? (Object.fromEntries(entries) as JsonObject) : value
}
