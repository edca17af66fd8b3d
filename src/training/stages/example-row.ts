import { readJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { CUTS } from '../conversation/conversation.ts'
import type { Example, TrainingMessage } from '../conversation/example.ts'
import { ownColumns } from './own-columns.ts'

/**
 * An example as a row in the form of all rows, so that every stage can take it: columns of the session, and messages with what is known of
 * each, where `train` says what is trained in it, `context` what only stands before that, `source` which message of the session it is.
 */
export function exampleRow(example: Example, conversation: Conversation): Row {
  const { traceId, lineage, messages, tools, pair, facts } = example
  const write = (list: readonly TrainingMessage[]) => list.map(messageRow)
  return {
    ...ownColumns(conversation, example),
    trace_id: traceId,
    root_session_id: lineage,
    messages: write(messages),
    message_meta: messages.map(message => metaOf(message, conversation.metas)),
    tools: readJson(JSON.stringify(tools)) as JsonObject,
    ...(pair === null ? {} : { chosen: write(pair.chosen), rejected: write(pair.rejected), evidence: pair.evidence }),
    ...('status' in facts ? { reward: facts['reward'] ?? null, status: facts['status']! } : {}),
  }
}

function messageRow({ role, text, reasoning, calls, callId }: TrainingMessage): JsonObject {
  return {
    role,
    content: text,
    ...(reasoning === null ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map(call => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } })) }),
    ...(callId === null ? {} : { tool_call_id: callId }),
  }
}

/** What was known of the message, without the places at which this example was cut out of its session. */
function metaOf({ role, train, source, isError, elided }: TrainingMessage, metas: readonly JsonObject[]): JsonObject {
  const { boundary = null, source: before, ...known } = source === null ? {} : metas[source]!
  const from: Json = before ?? source
  return {
    ...known,
    ...(boundary === null || CUTS.has(String(boundary)) ? {} : { boundary }),
    ...(role === 'assistant' ? { train, ...(train || known['train'] === false ? {} : { context: true }) } : {}),
    ...(isError ? { is_error: true } : {}),
    ...(elided > 0 ? { elided } : {}),
    source: from,
  }
}
