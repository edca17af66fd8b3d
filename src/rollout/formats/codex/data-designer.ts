import { compareCodePoints, pythonRepr } from '../../../python/text.ts'
import { nameOf, stemOf, suffixOf } from '../../compat/file-name.ts'
import { loadLines } from '../../compat/load.ts'
import { argumentsText, type DraftMessage, message, toolCall } from '../../compat/message.ts'
import { isDict, optionalText, type PythonDict, type PythonValue, requiredText } from '../../compat/python-value.ts'
import { record, span } from '../../compat/record.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { DataDesignerJob, DataDesignerReader } from '../../format.ts'

/** Codex logs as Data Designer reads them: one message per response item, reasoning as often as it was written. */
export const dataDesigner: DataDesignerReader = {
  root: '.codex/sessions',
  pattern: '*.jsonl',
  isHandled: path => suffixOf(path) === '.jsonl' && nameOf(path).startsWith('rollout-'),
  warnsUnhandled: () => true,
  parse: parseSession,
}

const CALLS: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call', 'apply_patch_call'])
const OUTPUTS: ReadonlySet<string> = new Set(['function_call_output', 'custom_tool_call_output', 'apply_patch_call_output'])

async function parseSession({ source, path, warn }: DataDesignerJob): Promise<RolloutRow[]> {
  const sourcePath = source.absolute(path)
  const rows = await loadLines(source, path)
  if (rows.length === 0) {
    warn(`Skipping empty Codex rollout file ${sourcePath}`)
    return []
  }
  const items = new ItemReader(sourcePath, warn)
  const types = new Set<string>()
  const timestamps: string[] = []
  let meta: PythonDict = {}
  for (const row of rows) {
    const type = optionalText(row['type']) || 'unknown'
    types.add(type)
    timestamps.push(...textOf(row['timestamp']))
    const payload = row['payload']
    if (!isDict(payload)) continue
    if (type === 'session_meta') {
      meta = payload
      timestamps.push(...textOf(payload['timestamp']))
    } else if (type === 'event_msg' && payload['type'] === 'agent_reasoning') items.reasoning.push(...textOf(payload['text']))
    else if (type === 'response_item') items.read(payload)
  }

  const sessionId = optionalText(meta['id']) || stemOf(path)
  const { startedAt, endedAt } = span(timestamps)
  const sourceMeta: PythonDict = {
    record_count: rows.length,
    record_types: [...types].sort(compareCodePoints),
    response_item_types: [...items.types].sort(compareCodePoints),
  }
  for (const field of ['originator', 'cli_version', 'model_provider', 'source']) {
    const text = optionalText(meta[field])
    if (text) sourceMeta[field] = text
  }
  if (items.reasoning.length > 0) sourceMeta['unattached_reasoning'] = items.reasoning
  return [
    record({
      traceId: sessionId,
      sourceKind: 'codex',
      sourcePath,
      cwd: optionalText(meta['cwd']),
      projectPath: optionalText(meta['cwd']),
      gitBranch: optionalText(meta['git_branch']),
      startedAt: optionalText(meta['timestamp']) || startedAt,
      endedAt,
      messages: items.messages,
      sourceMeta,
    }),
  ]
}

/** Turns response items into messages; reasoning waits for the next message or call. */
class ItemReader {
  readonly messages: DraftMessage[] = []
  readonly types = new Set<string>()
  readonly reasoning: string[] = []
  private readonly file: string
  private readonly warn: (text: string) => void

  constructor(file: string, warn: (text: string) => void) {
    this.file = file
    this.warn = warn
  }

  read(item: PythonDict): void {
    const type = optionalText(item['type']) || 'unknown'
    this.types.add(type)
    if (type === 'message') this.messages.push(this.said(item))
    else if (CALLS.has(type)) this.messages.push(this.call(item))
    else if (OUTPUTS.has(type))
      this.messages.push(message('tool', { content: item['output'], toolCallId: this.text(item['call_id'], 'tool output id') }))
    else if (type === 'reasoning') this.reasoning.push(...summaries(item))
    else this.warn(`Skipping unrecognized Codex response_item type ${pythonRepr(type)} in ${this.file}`)
  }

  private said(item: PythonDict): DraftMessage {
    const role = this.text(item['role'], 'message role')
    const reasoning = this.takeReasoning()
    return message(role, { content: item['content'], reasoning: role === 'assistant' ? reasoning : null })
  }

  private call(item: PythonDict): DraftMessage {
    const id = this.text(item['call_id'], 'tool call id')
    const name = this.text(item['name'], 'tool name')
    const args = 'arguments' in item ? argumentsText(item['arguments']) : (optionalText(item['input']) ?? '')
    return message('assistant', { content: '', reasoning: this.takeReasoning(), toolCalls: [toolCall(id, name, args)] })
  }

  private takeReasoning(): string {
    return this.reasoning.splice(0).join('\n\n')
  }

  private text(value: PythonValue, what: string): string {
    return requiredText(value, `Codex ${what} in ${this.file}`)
  }
}

function summaries(item: PythonDict): string[] {
  const summary = item['summary']
  return Array.isArray(summary) ? summary.flatMap(part => (isDict(part) ? textOf(part['text']) : [])) : []
}

/** The text of a value, if it has any. */
function textOf(value: PythonValue): string[] {
  const text = optionalText(value)
  return text ? [text] : []
}
