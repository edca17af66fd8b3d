import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutRow, Usage } from '../../conversation/row.ts'
import type { ParseJob } from '../../format.ts'
import { readListed } from '../../log/entries.ts'
import { schemasOf } from './events.ts'

/** Read the log of one completion: what the model was given, and its response. The last one of a run is all of it. */
export async function readCompletion(job: ParseJob, file: string): Promise<RolloutRow> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  const dialogue = new ChatDialogue(job.ledger, file)
  for (const entry of entries) tellMessage(dialogue, entry)
  const response = isObject(head['response']) ? head['response'] : {}
  const choice = Array.isArray(response['choices']) && isObject(response['choices'][0]) ? response['choices'][0] : {}
  const timestamp = isoTime(head['timestamp'])
  const facts = {
    timestamp,
    id: stringOrNull(response['id']),
    model: stringOrNull(response['model']),
    stop_reason: stringOrNull(choice['finish_reason']),
    usage: usageOf(response, head),
  }
  if (isObject(choice['message']))
    tellMessage(dialogue, { place: headPlace, record: { role: 'assistant', ...choice['message'] }, text: null }, facts)
  job.ledger.settle(headPlace, 'metadata', 'settings and response of the completion')
  const said = dialogue.finish()
  const id = stringOrNull(response['id']) ?? posix.basename(file, '.json')
  const schemas = schemasOf(head['tools'])
  const { messages: _m, tools: _t, response: _r, ...meta } = head
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'openhands',
      source_path: job.source.absolute(file),
      source_meta: meta,
      ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
      outcome: outcomeOfEnd(said),
      diagnostics,
    },
    said,
  )
}

function usageOf(response: JsonObject, head: JsonObject): Usage | null {
  const usage = response['usage']
  if (!isObject(usage)) return null
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {}
  const more = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {}
  return {
    input_tokens: numberOrNull(usage['prompt_tokens']),
    output_tokens: numberOrNull(usage['completion_tokens']),
    cached_input_tokens: numberOrNull(details['cached_tokens']) ?? numberOrNull(usage['cache_read_input_tokens']),
    cache_write_tokens: numberOrNull(usage['cache_creation_input_tokens']),
    reasoning_tokens: numberOrNull(more['reasoning_tokens']),
    cost_usd: numberOrNull(head['cost']),
  }
}
