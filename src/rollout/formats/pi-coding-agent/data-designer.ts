import { compareCodePoints, pythonStr } from '../../../python/text.ts'
import { distinct } from '../../compat/distinct.ts'
import { suffixOf } from '../../compat/file-name.ts'
import { loadLines } from '../../compat/load.ts'
import { argumentsText, contentOrJson, type DraftMessage, message, toolCall } from '../../compat/message.ts'
import { DataDesignerParseError, endOfRun } from '../../compat/parse-error.ts'
import {
  isDict,
  isGiven,
  isTruthy,
  optionalText,
  type PythonDict,
  type PythonValue,
  requiredText,
  typeName,
} from '../../compat/python-value.ts'
import { record, span } from '../../compat/record.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { DataDesignerJob, DataDesignerReader } from '../../format.ts'

/** Pi sessions as Data Designer reads them: the path to the last entry, and entries without ids lead nowhere. */
export const dataDesigner: DataDesignerReader = {
  root: '.pi/agent/sessions',
  pattern: '*.jsonl',
  isHandled: path => suffixOf(path) === '.jsonl',
  warnsUnhandled: () => true,
  parse: parseSession,
}

async function parseSession({ source, path, warn }: DataDesignerJob): Promise<RolloutRow[]> {
  const file = source.absolute(path)
  const rows = await loadLines(source, path)
  const [header, ...entries] = rows
  if (header === undefined) {
    warn(`Skipping empty Pi Coding Agent session file ${file}`)
    return []
  }
  if (header['type'] !== 'session') throw new DataDesignerParseError(`Pi session at ${file} is missing a session header as the first entry`)
  const sessionId = requiredText(header['id'], `Pi session header id in ${file}`)
  const cwd = optionalText(header['cwd'])
  const parentSession = optionalText(header['parentSession'])
  const active = activePath(entries, file)
  const said = active.filter(entry => entry['type'] === 'message' && isDict(entry['message']))
  const raw = said.map(entry => entry['message'] as PythonDict)
  const models = distinct(active.map(modelOf))
  const bashes = raw.filter(({ role }) => role === 'bashExecution').length
  return [
    record({
      traceId: sessionId,
      sourceKind: 'pi_coding_agent',
      sourcePath: file,
      cwd,
      projectPath: cwd,
      ...span(rows.flatMap(row => optionalText(row['timestamp']) || [])),
      messages: active.flatMap(entry => entryMessages(entry, file)),
      sourceMeta: {
        record_count: rows.length,
        entry_types: [...new Set(active.map(typeOf))].sort(compareCodePoints),
        stop_reasons: distinct(raw.map(({ role, stopReason }) => (role === 'assistant' ? optionalText(stopReason) : null))),
        ...(isGiven(header['version']) && { session_version: header['version']! }),
        ...(models.length > 0 && { models_used: models }),
        ...(hasBranches(entries) && { has_branches: true }),
        ...(bashes > 0 && { bash_execution_count: bashes }),
        ...(parentSession && { parent_session: parentSession }),
      },
    }),
  ]
}

/** From the last entry to the root. A parent that is not there ends the path, one met before too. */
function activePath(entries: readonly PythonDict[], file: string): PythonDict[] {
  const byId = new Map<PythonValue, PythonDict>(
    entries.filter(({ id }) => typeof id === 'string' && id !== '').map(entry => [entry['id'], entry]),
  )
  const path: PythonDict[] = []
  const visited = new Set<string>()
  for (let entry = entries.at(-1); entry !== undefined; entry = byId.get(entry['parentId'])) {
    const { id, parentId } = entry
    if (typeof id === 'string') {
      if (visited.has(id)) break
      visited.add(id)
    }
    path.push(entry)
    if (Array.isArray(parentId) || isDict(parentId)) throw endOfRun(`unhashable type: '${typeName(parentId)}'`, file)
  }
  return path.reverse()
}

function hasBranches(entries: readonly PythonDict[]): boolean {
  const parents = entries.map(entry => entry['parentId']).filter(id => typeof id === 'string' && id !== '')
  return new Set(parents).size < parents.length
}

function typeOf(entry: PythonDict): string {
  return optionalText(entry['type']) || 'unknown'
}

function modelOf(entry: PythonDict): string | null {
  if (entry['type'] === 'model_change') return optionalText(entry['modelId'])
  const raw = entry['type'] === 'message' ? entry['message'] : null
  return isDict(raw) && raw['role'] === 'assistant' ? optionalText(raw['model']) : null
}

function entryMessages(entry: PythonDict, file: string): DraftMessage[] {
  const type = typeOf(entry)
  if (type === 'compaction' || type === 'branch_summary') return systemMessage(optionalText(entry['summary']))
  if (type === 'custom_message') return shown(entry)
  const raw = entry['message']
  return type === 'message' && isDict(raw) ? messagesOf(raw, optionalText(entry['id']) ?? '', file) : []
}

function messagesOf(raw: PythonDict, entryId: string, file: string): DraftMessage[] {
  const { role } = raw
  if (role === 'user') return [message('user', { content: contentOrJson(raw['content']) })]
  if (role === 'assistant') return [assistantMessage(raw['content'])]
  if (role === 'toolResult') {
    const toolCallId = requiredText(raw['toolCallId'], `Pi toolResult toolCallId in ${file}`)
    return [message('tool', { content: contentOrJson(raw['content']), toolCallId })]
  }
  if (role === 'bashExecution') return bashMessages(raw, entryId)
  if (role === 'custom') return shown(raw)
  return role === 'compactionSummary' || role === 'branchSummary' ? systemMessage(optionalText(raw['summary'])) : []
}

function assistantMessage(content: PythonValue): DraftMessage {
  const texts: string[] = []
  const thoughts: string[] = []
  const toolCalls: PythonDict[] = []
  for (const block of Array.isArray(content) ? content : [content]) {
    if (typeof block === 'string') texts.push(block)
    else if (!isDict(block) || !Array.isArray(content)) continue
    else if (block['type'] === 'text') texts.push(optionalText(block['text']) ?? '')
    else if (block['type'] === 'thinking') thoughts.push(optionalText(block['thinking']) ?? '')
    else if (block['type'] === 'toolCall') {
      const { id = '', name = '' } = block
      toolCalls.push(toolCall(id, name, argumentsText(block['arguments'])))
    }
  }
  const joined = (parts: string[]) => parts.filter(part => part !== '').join('\n\n')
  return message('assistant', { content: joined(texts), reasoning: joined(thoughts), toolCalls })
}

/** A command the user ran becomes a call of a tool named bash and its result, neither of which there was. */
function bashMessages(raw: PythonDict, entryId: string): DraftMessage[] {
  if (isTruthy(raw['excludeFromContext'])) return []
  const id = `bash_${entryId || 'unknown'}`
  const call = toolCall(id, 'bash', argumentsText({ command: optionalText(raw['command']) ?? '' }))
  const exit = isGiven(raw['exitCode']) ? `[exit code: ${pythonStr(raw['exitCode'])}]` : ''
  const result = [optionalText(raw['output']) ?? '', exit].filter(part => part !== '').join('\n')
  return [message('assistant', { content: '', toolCalls: [call] }), message('tool', { content: result, toolCallId: id })]
}

function shown(owner: PythonDict): DraftMessage[] {
  return isTruthy(owner['display']) ? [message('system', { content: contentOrJson(owner['content']) })] : []
}

function systemMessage(text: string | null): DraftMessage[] {
  return text ? [message('system', { content: text })] : []
}
