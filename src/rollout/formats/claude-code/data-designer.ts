import { JsonSyntaxError } from '../../../json/lossless.ts'
import { compareCodePoints, pythonRepr, pythonStr } from '../../../python/text.ts'
import { nameOf, stemOf, suffixOf } from '../../compat/file-name.ts'
import { type IndexFiles, type SessionIndex, sessionIndex } from '../../compat/index-files.ts'
import { jsonErrorText, loadJson, loadLines, loadText } from '../../compat/load.ts'
import { argumentsText, type DraftMessage, message, textBlock, toolCall } from '../../compat/message.ts'
import { DataDesignerParseError, endOfRun } from '../../compat/parse-error.ts'
import { isDict, isTruthy, optionalText, type PythonDict, type PythonValue, requiredText, typeName } from '../../compat/python-value.ts'
import { record, span } from '../../compat/record.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { DataDesignerJob, DataDesignerReader } from '../../format.ts'
import type { Source } from '../../log/source.ts'

/** Claude Code logs as Data Designer reads them: every line that is a message becomes one, and branches follow each other. */
export const dataDesigner: DataDesignerReader = {
  root: '.claude/projects',
  pattern: '*.jsonl',
  isHandled: path => suffixOf(path) === '.jsonl' && !path.split('/').includes('tool-results') && nameOf(path) !== 'history.jsonl',
  warnsUnhandled: () => true,
  parse: async job => parseSession(job, await sessionIndex(job, INDEX_FILES)),
}

/** Rows of one file, given what index files say of its session. */
export async function parseSession({ source, path, warn }: DataDesignerJob, index: SessionIndex): Promise<RolloutRow[]> {
  const sourcePath = source.absolute(path)
  const rows = await loadLines(source, path)
  if (rows.length === 0) {
    warn(`Skipping empty Claude Code trace file ${sourcePath}`)
    return []
  }
  const messages = rows.flatMap(row => {
    if (row['type'] === 'assistant') return assistantMessages(row)
    return row['type'] === 'user' ? userMessages(row) : []
  })
  // `found or next` in Python: where no row has text, the last row decides between '' and null.
  const firstText = (field: string) => rows.reduce<string | null>((found, row) => found || optionalText(row[field]), null)
  const texts = (field: string) => rows.flatMap(row => optionalText(row[field]) || [])
  const sorted = (values: string[]) => [...new Set(values)].sort(compareCodePoints)

  const agentId = firstText('agentId')
  const cwd = firstText('cwd')
  const sessionId = firstText('sessionId') || stemOf(path)
  const entry = index.get(sessionId)
  const versions = sorted(texts('version'))
  const summary = optionalText(entry?.['summary'])
  const firstPrompt = optionalText(entry?.['firstPrompt'])
  return [
    record({
      traceId: agentId ? `${sessionId}:${agentId}` : sessionId,
      sourceKind: 'claude_code',
      sourcePath,
      rootSessionId: sessionId,
      agentId,
      isSidechain: rows.some(row => isTruthy(row['isSidechain'])),
      cwd,
      projectPath: optionalText(entry?.['projectPath']) || cwd,
      gitBranch: firstText('gitBranch'),
      ...span(texts('timestamp')),
      messages,
      sourceMeta: {
        record_count: rows.length,
        record_types: sorted(rows.map(row => ('type' in row ? pythonStr(row['type']) : 'unknown'))),
        ...(versions.length > 0 && { claude_versions: versions }),
        ...(summary && { summary }),
        ...(firstPrompt && { first_prompt: firstPrompt }),
      },
    }),
  ]
}

function assistantMessages(row: PythonDict): DraftMessage[] {
  const content: PythonDict[] = []
  const reasoning: string[] = []
  const toolCalls: PythonDict[] = []
  const results: DraftMessage[] = []
  for (const block of rawBlocks(payloadOf(row, 'assistant')['content'])) {
    if (block['type'] === 'thinking') {
      const text = optionalText(block['thinking']) || optionalText(block['text'])
      if (text) reasoning.push(text)
    } else if (block['type'] === 'tool_use') toolCalls.push(callOf(block))
    else if (block['type'] === 'tool_result') results.push(resultOf(block))
    else content.push(contentBlock(block))
  }
  if (content.length + reasoning.length + toolCalls.length === 0) return results
  return [message('assistant', { content, reasoning: reasoning.join('\n\n'), toolCalls }), ...results]
}

function userMessages(row: PythonDict): DraftMessage[] {
  const { content } = payloadOf(row, 'user')
  if (isDict(content) && content['type'] === 'tool_result') return [resultOf(content)]
  if (!Array.isArray(content)) return [message('user', { content })]
  const blocks = rawBlocks(content)
  const results = blocks.filter(block => block['type'] === 'tool_result').map(resultOf)
  const said = blocks.filter(block => block['type'] !== 'tool_result').map(contentBlock)
  return said.length === 0 ? results : [message('user', { content: said }), ...results]
}

function payloadOf(row: PythonDict, kind: string): PythonDict {
  const payload = row['message']
  if (isDict(payload)) return payload
  throw new DataDesignerParseError(`Claude ${kind} record is missing a message payload: ${pythonRepr(row)}`)
}

function rawBlocks(content: PythonValue): PythonDict[] {
  if (content === null || content === undefined) return []
  return (Array.isArray(content) ? content : [content]).map(block => (isDict(block) ? block : textBlock(block)))
}

function contentBlock(block: PythonDict): PythonDict {
  const type = optionalText(block['type'])
  if ('text' in block && (type === null || ['text', 'input_text', 'output_text'].includes(type))) return textBlock(block['text'])
  return type === null ? textBlock(block) : block
}

function callOf(block: PythonDict): PythonDict {
  const id = requiredText(block['id'], 'Claude tool_use id')
  return toolCall(id, requiredText(block['name'], 'Claude tool_use name'), argumentsText(block['input']))
}

function resultOf(block: PythonDict): DraftMessage {
  return message('tool', { content: block['content'], toolCallId: requiredText(block['tool_use_id'], 'Claude tool_result tool_use_id') })
}

const INDEX_FILES: IndexFiles = { name: 'sessions-index.json', title: 'Claude sessions index', read: readIndex }

async function readIndex({ source }: DataDesignerJob, path: string): Promise<[string, PythonDict][]> {
  const file = source.absolute(path)
  const payload = await loadIndex(source, path)
  if (!isDict(payload)) throw endOfRun(`'${typeName(payload)}' object has no attribute 'get'`, file)
  const entries = 'entries' in payload ? payload['entries'] : []
  if (!Array.isArray(entries)) throw new DataDesignerParseError(`Claude sessions index at ${file} is missing an 'entries' list`)
  return entries.filter(isDict).flatMap(entry => {
    const sessionId = optionalText(entry['sessionId'])
    return sessionId ? [[sessionId, entry]] : []
  })
}

async function loadIndex(source: Source, path: string): Promise<PythonValue> {
  const text = await loadText(source, path)
  try {
    return loadJson(text, source.absolute(path))
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new DataDesignerParseError(jsonErrorText(error, text)) : error
  }
}
