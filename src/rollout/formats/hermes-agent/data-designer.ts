import { entriesInOrder } from '../../../json/key-order.ts'
import type { Lossless } from '../../../json/lossless.ts'
import { distinct } from '../../compat/distinct.ts'
import { nameOf, stemOf, suffixOf } from '../../compat/file-name.ts'
import { type IndexFiles, type SessionIndex, sessionIndex } from '../../compat/index-files.ts'
import { loadLines, loadObject } from '../../compat/load.ts'
import { argumentsText, contentOrJson, type DraftMessage, message, roleOf, toolCall } from '../../compat/message.ts'
import { DataDesignerParseError } from '../../compat/parse-error.ts'
import { isDict, isTruthy, optionalText, type PythonDict, type PythonValue, requiredText, typeName } from '../../compat/python-value.ts'
import { record } from '../../compat/record.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { DataDesignerJob, DataDesignerReader } from '../../format.ts'

/** Hermes Agent logs as Data Designer reads them: snapshots of CLI sessions, and transcripts of the gateway. */
export const dataDesigner: DataDesignerReader = {
  root: '.hermes/sessions',
  pattern: '*.json*',
  isHandled: path => (suffixOf(path) === '.json' ? nameOf(path).startsWith('session_') : suffixOf(path) === '.jsonl'),
  warnsUnhandled: path => suffixOf(path) !== '.json' || nameOf(path).startsWith('session_'),
  parse: async job => parseSession(job, await sessionIndex(job, INDEX_FILES)),
}

/** Rows of one file, given what index files say of its session. */
export function parseSession(job: DataDesignerJob, index: SessionIndex): Promise<RolloutRow[]> {
  return suffixOf(job.path) === '.json' ? parseSnapshot(job) : parseTranscript(job, index)
}

async function parseSnapshot({ source, path }: DataDesignerJob): Promise<RolloutRow[]> {
  const file = source.absolute(path)
  const payload = await loadObject(source, path)
  const said = payload['messages']
  if (!Array.isArray(said)) throw new DataDesignerParseError(`Hermes CLI session at ${file} is missing a 'messages' list`)
  const prompt = optionalText(payload['system_prompt'])
  const messages = [...(prompt ? [message('system', { content: prompt })] : []), ...messagesOf(said, file)]
  const { tools } = payload
  const toolNames = distinct(listOf(tools).map(functionName))
  const sourceMeta: PythonDict = {
    record_count: said.length,
    session_format: 'cli_session_log',
    available_tool_count: toolNames.length,
    available_tool_names: toolNames,
    finish_reasons: finishReasons(said),
  }
  for (const field of ['model', 'base_url', 'platform']) {
    const text = optionalText(payload[field])
    if (text) sourceMeta[field] = text
  }
  if (prompt && typeof payload['system_prompt'] === 'string') {
    sourceMeta['has_system_prompt'] = true
    sourceMeta['system_prompt_chars'] = Array.from(prompt).length
  }
  if (listOf(tools).length > 0) sourceMeta['tools'] = argumentsText(tools)
  return [
    record({
      traceId: optionalText(payload['session_id']) || stemOf(path).replace(/^session_/, ''),
      sourceKind: 'hermes_agent',
      sourcePath: file,
      startedAt: optionalText(payload['session_start']),
      endedAt: optionalText(payload['last_updated']),
      messages,
      sourceMeta,
    }),
  ]
}

const INDEXED_FIELDS = [
  'session_key',
  'display_name',
  'platform',
  'chat_type',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'total_tokens',
  'last_prompt_tokens',
  'estimated_cost_usd',
  'cost_status',
  'memory_flushed',
]

async function parseTranscript({ source, path, warn }: DataDesignerJob, index: SessionIndex): Promise<RolloutRow[]> {
  const file = source.absolute(path)
  const rows = await loadLines(source, path)
  if (rows.length === 0) {
    warn(`Skipping empty Hermes Agent transcript file ${file}`)
    return []
  }
  const entry = index.get(stemOf(path)) ?? {}
  const calls = rows.flatMap(row => listOf(row['tool_calls']))
  const sourceMeta: PythonDict = {
    record_count: rows.length,
    session_format: 'gateway_transcript',
    finish_reasons: finishReasons(rows),
    tool_names_used: distinct(calls.map(functionName)),
  }
  for (const field of INDEXED_FIELDS) if (field in entry) sourceMeta[field] = entry[field]!
  const origin = entry['origin']
  if (isDict(origin) && isTruthy(origin)) sourceMeta['origin'] = origin
  return [
    record({
      traceId: stemOf(path),
      sourceKind: 'hermes_agent',
      sourcePath: file,
      startedAt: optionalText(entry['created_at']),
      endedAt: optionalText(entry['updated_at']),
      messages: messagesOf(rows, file),
      sourceMeta,
    }),
  ]
}

function messagesOf(said: readonly Lossless[], file: string): DraftMessage[] {
  return said.map((raw, index) => {
    const number = index + 1
    if (!isDict(raw)) throw new DataDesignerParseError(`Expected Hermes message object at index ${number} in ${file}, got ${typeName(raw)}`)
    const role = roleOf(raw['role'], `Hermes message #${number} in ${file}`)
    const content = contentOrJson(raw['content'])
    if (role === 'tool')
      return message(role, {
        content,
        toolCallId: requiredText(raw['tool_call_id'], `Hermes tool message tool_call_id #${number} in ${file}`),
      })
    return message(role, { content, reasoning: optionalText(raw['reasoning']), toolCalls: callsOf(raw['tool_calls'], number, file) })
  })
}

function callsOf(calls: PythonValue, messageNumber: number, file: string): PythonDict[] {
  if (calls === null || calls === undefined) return []
  if (!Array.isArray(calls))
    throw new DataDesignerParseError(`Expected Hermes tool_calls list for message #${messageNumber} in ${file}, got ${typeName(calls)}`)
  return calls.map((call, index) => {
    const number = index + 1
    if (!isDict(call))
      throw new DataDesignerParseError(
        `Expected Hermes tool call object at message #${messageNumber} call #${number} in ${file}, got ${typeName(call)}`,
      )
    const called = isDict(call['function']) ? call['function'] : {}
    const what = `Hermes tool call #${number} on message #${messageNumber} in ${file}`
    const id = requiredText(isTruthy(call['id']) ? call['id'] : call['call_id'], `${what} id`)
    const name = requiredText(isTruthy(called['name']) ? called['name'] : call['name'], `${what} name`)
    return toolCall(id, name, argumentsText('arguments' in called ? called['arguments'] : call['arguments']))
  })
}

function finishReasons(said: readonly Lossless[]): string[] {
  return distinct(said.map(raw => (isDict(raw) && raw['role'] === 'assistant' ? optionalText(raw['finish_reason']) : null)))
}

function functionName(owner: Lossless): string | null {
  const called = isDict(owner) ? owner['function'] : null
  return isDict(called) ? optionalText(called['name']) : null
}

function listOf(value: PythonValue): Lossless[] {
  return Array.isArray(value) ? value : []
}

const INDEX_FILES: IndexFiles = { name: 'sessions.json', title: 'Hermes sessions index', read: readIndex }

async function readIndex({ source }: DataDesignerJob, path: string): Promise<[string, PythonDict][]> {
  const payload = await loadObject(source, path)
  return (entriesInOrder(payload) as [string, Lossless][]).flatMap(([key, entry]) => {
    const sessionId = typeof entry === 'string' ? entry : isDict(entry) ? optionalText(entry['session_id']) : null
    if (!sessionId) return []
    return [[sessionId, isDict(entry) ? { session_key: key, ...entry } : { session_key: key }]]
  })
}
