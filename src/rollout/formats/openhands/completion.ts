import { posix } from 'node:path'
import { isObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { choiceOf, completionFacts } from '../../conversation/chat-completion.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob } from '../../format.ts'
import { readListed } from '../../log/entries.ts'

/** Read the log of one completion: what the model was given, and its response. The last one of a run is all of it. */
export async function readCompletion(job: ParseJob, file: string): Promise<RolloutRow> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  const dialogue = new ChatDialogue(job.ledger, file)
  for (const entry of entries) tellMessage(dialogue, entry)
  const response = isObject(head['response']) ? head['response'] : {}
  const { message } = choiceOf(response)
  const facts = { timestamp: isoTime(head['timestamp']), ...completionFacts(response, numberOrNull(head['cost'])) }
  if (isObject(message)) tellMessage(dialogue, { place: headPlace, record: { role: 'assistant', ...message }, text: null }, facts)
  job.ledger.settle(headPlace, 'metadata', 'settings and response of the completion')
  const said = dialogue.finish()
  const id = stringOrNull(response['id']) ?? posix.basename(file, '.json')
  const schemas = toolSchemas(head['tools'])
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
