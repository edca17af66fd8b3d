import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import type { Entry } from './entry.ts'
import { isKnownType } from './header.ts'
import type { SessionLog } from './read.ts'
import { small } from './small.ts'

/** What the entries that are no messages say of the session: names, labels, settings, an extension's state by its kind. */
export function notesOf(log: SessionLog): JsonObject {
  const notes: JsonObject = {}
  const { header } = log
  if (header !== null) {
    notes['version'] = header.version
    for (const [key, name] of HEADER_FIELDS) if (header.record[key] !== undefined) notes[name] = small(header.record[key])
  }
  for (const entry of log.entries) note(notes, entry)
  return notes
}

const HEADER_FIELDS = [
  ['provider', 'provider'],
  ['modelId', 'model'],
  ['model', 'model'],
  ['thinkingLevel', 'thinking_level'],
  ['title', 'title'],
  ['metadata', 'metadata'],
] as const

function note(notes: JsonObject, { type, record, place, id }: Entry): void {
  const add = (list: string, value: Json) => {
    const values = notes[list]
    if (Array.isArray(values)) values.push(small(value))
    else notes[list] = [small(value)]
  }
  const count = (table: string, key: string) => {
    const counts = isObject(notes[table]) ? notes[table] : {}
    countOwn(counts as { [key: string]: number }, key)
    notes[table] = counts
  }
  switch (type) {
    case 'message':
      break
    case 'session_info':
      if (typeof record['name'] === 'string') notes['name'] = record['name']
      break
    case 'title':
    case 'title_change':
      if (typeof record['title'] === 'string') notes['title'] = record['title']
      break
    case 'label':
      add('labels', { entry: record['targetId'] ?? null, label: record['label'] ?? null })
      break
    case 'model_change':
      add('model_changes', { record: place.line, model: modelName(record), ...(record['role'] ? { role: record['role'] } : {}) })
      break
    case 'thinking_level_change':
      add('thinking_levels', { record: place.line, level: record['thinkingLevel'] ?? null })
      break
    case 'active_tools_change':
      add('active_tools', record['activeToolNames'] ?? record['tools'] ?? null)
      break
    case 'ttsr_injection':
      add('injected_rules', record['injectedRules'] ?? null)
      break
    case 'mode_change':
      add('modes', { record: place.line, mode: record['mode'] ?? null })
      break
    case 'session_init':
      noteInit(notes, record)
      break
    case 'custom':
      count('custom', stringOrNull(record['customType']) ?? 'none')
      break
    case 'context_edit':
      add('context_edits', { entry: record['targetId'] ?? null, by: id })
      break
    default:
      if (!isKnownType(type)) count('unknown', type === '' ? 'none' : type)
  }
}

function noteInit(notes: JsonObject, { task, tools }: JsonObject): void {
  if (typeof task === 'string') notes['task'] = task
  const names = Array.isArray(tools) ? tools.filter(tool => typeof tool === 'string') : []
  if (names.length > 0) notes['tool_names'] = names
}

function modelName({ provider, modelId, model }: JsonObject): Json {
  if (typeof model === 'string') return model
  return [provider, modelId].filter(part => typeof part === 'string').join('/')
}
