import type { Json, JsonObject } from '../../json/json.ts'
import { entriesInOrder } from '../../json/key-order.ts'
import { Float } from '../../json/lossless.ts'
import { compareCodePoints, floatRepr } from '../../python/text.ts'
import type { RolloutRow } from '../conversation/row.ts'
import type { DraftMessage } from './message.ts'
import type { PythonDict } from './python-value.ts'

/** What a reader says of a file. What is left out is null or false in the row. */
export type RecordFacts = {
  traceId: string
  sourceKind: string
  sourcePath: string
  rootSessionId?: string // default: the trace id
  agentId?: string | null
  isSidechain?: boolean
  cwd?: string | null
  projectPath?: string | null
  gitBranch?: string | null
  startedAt: string | null
  endedAt: string | null
  messages: DraftMessage[]
  sourceMeta: PythonDict
}

/** The sixteen documented columns in their order, as plain JSON. The columns of faithful rows are not there. */
export function record(facts: RecordFacts): RolloutRow {
  const messages = plain(facts.messages) as RolloutRow['messages']
  const documented = {
    trace_id: facts.traceId,
    source_kind: facts.sourceKind,
    source_path: facts.sourcePath,
    root_session_id: facts.rootSessionId ?? facts.traceId,
    agent_id: facts.agentId ?? null,
    is_sidechain: facts.isSidechain ?? false,
    cwd: facts.cwd ?? null,
    project_path: facts.projectPath ?? null,
    git_branch: facts.gitBranch ?? null,
    started_at: facts.startedAt,
    ended_at: facts.endedAt,
    messages,
    source_meta: plain(facts.sourceMeta) as JsonObject,
    message_count: messages.length,
    tool_call_count: messages.reduce((sum, message) => sum + (message.tool_calls?.length ?? 0), 0),
    final_assistant_message: finalText(messages),
  }
  return documented as RolloutRow
}

/** First and last timestamp as strings compare, which is how the reference compares them. */
export function span(timestamps: readonly string[]): { startedAt: string | null; endedAt: string | null } {
  let [startedAt, endedAt] = [timestamps[0] ?? null, timestamps[0] ?? null]
  for (const time of timestamps) {
    if (compareCodePoints(time, startedAt!) < 0) startedAt = time
    if (compareCodePoints(time, endedAt!) > 0) endedAt = time
  }
  return { startedAt, endedAt }
}

function finalText(messages: RolloutRow['messages']): string | null {
  const textOf = (message: (typeof messages)[number]) =>
    message.content
      .map(block => block['text'])
      .filter(text => typeof text === 'string' && text !== '')
      .join('\n\n')
  const last = messages.findLast(message => message.role === 'assistant' && textOf(message) !== '')
  return last === undefined ? null : textOf(last)
}

/** Plain JSON of a value. What JSON cannot say, NaN and the infinities, becomes `{"$float": "nan"}`. */
function plain(value: unknown): Json {
  if (value instanceof Float) return value.value
  if (typeof value === 'bigint') return plain(Number(value))
  if (typeof value === 'number' && !Number.isFinite(value)) return { $float: floatRepr(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(entriesInOrder(value).map(([key, item]) => [key, plain(item)]))
}
