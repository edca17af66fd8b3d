import { askedIn, givenCommand } from '../asked.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { Row } from '../row.ts'
import type { Placed, SessionView, ViewItem, ViewResult } from './session-items.ts'
import { argumentsOf, toolBrief } from './tool-brief.ts'
import { toolDiffs } from './tool-diff.ts'

/** A row as a session to be read. `family`: rows of agents it spawned and of paths that left it, theirs among them. */
export function sessionView(row: Row, family: readonly Row[] = []): SessionView {
  const children = Map.groupBy(family, child => stringOrNull(child['parent_trace_id']))
  return viewOf(row, children, new Set())
}

type Children = ReadonlyMap<string | null, readonly Row[]>

function viewOf(row: Row, family: Children, above: ReadonlySet<string>): SessionView {
  const id = String(row['trace_id'] ?? '')
  const seen = new Set([...above, id])
  const children = (family.get(id) ?? [])
    .filter(child => !seen.has(String(child['trace_id'])))
    .map(child => ({ row: child, view: viewOf(child, family, seen) }))
  const items = itemsOf(row, children)
  const own = items.filter(item => !item.replay)
  const prompts = own.filter(item => item.kind === 'prompt')
  return {
    trace_id: id,
    agent: stringOrNull(row['source_kind']),
    project: stringOrNull(row['project_path']) ?? stringOrNull(row['cwd']),
    git_branch: stringOrNull(row['git_branch']),
    models: listOf(row['models']).flatMap(model => stringOrNull(model) ?? []),
    started_at: stringOrNull(row['started_at']),
    ended_at: stringOrNull(row['ended_at']),
    status: isObject(row['outcome']) ? stringOrNull(row['outcome']['status']) : null,
    relation: stringOrNull(row['relation']),
    parent_trace_id: stringOrNull(row['parent_trace_id']),
    source_path: stringOrNull(row['source_path']),
    usage: isObject(row['usage']) ? row['usage'] : null,
    prompt: firstWords(own) ?? firstCommand(row),
    prompts: prompts.length,
    calls: own.filter(item => item.kind === 'call').length,
    failures: own.filter(item => (item.kind === 'call' || item.kind === 'result') && item.result?.failed === true).length,
    items,
  }
}

function firstWords(items: readonly ViewItem[]): string | null {
  const item = items.find(item => item.kind === 'prompt' || (item.kind === 'note' && item.whose === 'agent'))
  if (item === undefined || !('text' in item)) return null
  return ('asked' in item ? item.asked : undefined) ?? item.text
}

function firstCommand(row: Row): string | null {
  const own = listOf(row['message_meta'])
    .filter(isObject)
    .filter(meta => meta['replay'] !== true)
  return own.map(({ extra }) => givenCommand(extra)).find(command => command !== null) ?? null
}

type Child = { row: Row; view: SessionView }

function itemsOf(row: Row, children: readonly Child[]): ViewItem[] {
  const messages = listOf(row['messages']).filter(isObject)
  const metas = listOf(row['message_meta'])
  const bySpawn = Map.groupBy(children, ({ row }) => (row['relation'] === 'subagent' ? stringOrNull(row['spawn_tool_call_id']) : null))
  const placed = new Set<Child>()
  const calls = new Map<string, Extract<ViewItem, { kind: 'call' }>>()
  const items: ViewItem[] = []
  const atMessage: number[] = [] // where the items of each message end
  for (const [message, said] of messages.entries()) {
    const meta = isObject(metas[message]) ? (metas[message] as JsonObject) : {}
    const where = placeOf(row, said, meta, message)
    const boundary = stringOrNull(meta['boundary'])
    if (boundary !== null) items.push({ ...where, kind: 'boundary', boundary })
    if (said['role'] === 'tool') {
      const call = calls.get(String(said['tool_call_id']))
      const result = resultOf(said, meta, where)
      if (call === undefined || call.result !== null) items.push({ ...where, kind: 'result', name: 'result without a call', result })
      else call.result = result
    } else items.push(...wordsOf(said, meta, where))
    for (const given of listOf(said['tool_calls']).filter(isObject)) {
      const id = String(given['id'])
      const spawned = bySpawn.get(id) ?? []
      for (const child of spawned) placed.add(child)
      const call = callOf(
        given,
        where,
        spawned.map(({ view }) => view),
      )
      calls.set(id, call)
      items.push(call)
    }
    atMessage.push(items.length)
  }
  return withChildren(
    items,
    atMessage,
    children.filter(child => !placed.has(child)),
  )
}

/** Sessions that left this one stand where they did: behind the last message they have in common. */
function withChildren(items: ViewItem[], atMessage: readonly number[], children: readonly Child[]): ViewItem[] {
  const leaving = Map.groupBy(children, ({ row }) => {
    const own = listOf(row['message_meta']).findIndex(meta => !isObject(meta) || meta['replay'] !== true)
    return own > 0 && own < atMessage.length ? atMessage[own - 1]! : items.length
  })
  return [...items.entries(), [items.length, null] as const].flatMap(([i, item]) => [
    ...(leaving.get(i) ?? []).map(
      ({ view }): ViewItem => ({
        ...NOWHERE,
        message: items[Math.max(0, i - 1)]?.message ?? 0,
        at: view.started_at,
        kind: 'child',
        child: view,
      }),
    ),
    ...(item === null ? [] : [item]),
  ])
}

const NOWHERE = { whose: 'agent', trained: false, replay: false, place: null }
const USUAL: { readonly [role: string]: string } = { user: 'human', assistant: 'model', tool: 'tool', system: 'harness' }

function placeOf(row: Row, said: JsonObject, meta: JsonObject, message: number): Placed {
  const file = stringOrNull(meta['file']) ?? stringOrNull(row['source_path'])
  const record = meta['record'] ?? null
  return {
    message,
    at: stringOrNull(meta['timestamp']),
    whose: stringOrNull(meta['origin']) ?? ownValue(USUAL, String(said['role'])) ?? 'harness',
    trained: meta['train'] === true,
    replay: meta['replay'] === true,
    place: file === null || record === null ? file : `${file}:${String(record)}`,
  }
}

function wordsOf(said: JsonObject, meta: JsonObject, where: Placed): ViewItem[] {
  const items: ViewItem[] = []
  const thought = stringOrNull(said['reasoning_content'])
  if (thought !== null) items.push({ ...where, kind: 'reasoning', text: thought, images: [] })
  const { text, images } = contentOf(said['content'])
  if (text.trim() === '' && images.length === 0) return items
  if (said['role'] === 'assistant') return [...items, { ...where, kind: 'answer', text, images }]
  if (where.whose === 'human') {
    const asked = askedIn(text, meta['extra'])
    return [...items, { ...where, kind: 'prompt', text, ...(asked === text.trim() ? {} : { asked }), images }]
  }
  const extra = isObject(meta['extra']) ? stringOrNull(meta['extra']['harness']) : null
  const label = said['role'] === 'system' ? 'system prompt' : (extra ?? where.whose)
  return [...items, { ...where, kind: 'note', label, text, images }]
}

function callOf(given: JsonObject, where: Placed, children: SessionView[]): Extract<ViewItem, { kind: 'call' }> {
  const made = isObject(given['function']) ? given['function'] : {}
  const name = String(made['name'] ?? 'unknown')
  const args = argumentsOf(made['arguments'])
  return { ...where, kind: 'call', name, brief: toolBrief(args), arguments: args, diffs: toolDiffs(name, args), result: null, children }
}

function resultOf(said: JsonObject, meta: JsonObject, { message, at, place }: Placed): ViewResult {
  return { message, at, ...contentOf(said['content']), failed: meta['is_error'] === true, place }
}

function contentOf(content: Json | undefined): { text: string; images: string[] } {
  if (typeof content === 'string') return { text: content, images: [] }
  const texts: string[] = []
  const images: string[] = []
  for (const block of listOf(content).filter(isObject)) {
    const image = isObject(block['image_url']) ? block['image_url']['url'] : block['image_url']
    if (typeof block['text'] === 'string') texts.push(block['text'])
    else if (typeof image === 'string') images.push(image)
    else texts.push(`[${String(block['type'] ?? 'block')}]`)
  }
  return { text: texts.join('\n'), images }
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
