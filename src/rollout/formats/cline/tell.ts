import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf, partsOf } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'

/** Put one message into the dialogue. */
export function tell(dialogue: ChatDialogue, entry: Entry): void {
  const { record, place } = entry
  const facts = {
    timestamp: isoTime(record['ts']),
    id: stringOrNull(record['id']),
    model: isObject(record['modelInfo']) ? (stringOrNull(record['modelInfo']['id']) ?? stringOrNull(record['modelInfo']['modelId'])) : null,
    usage: usageOf(record['metrics']),
  }
  if (record['isSummary'] === true) {
    dialogue.cut('compaction')
    const extra = { harness: 'compaction' }
    if (record['role'] === 'assistant')
      dialogue.respond(partsOf(record['content']), place, { ...facts, origin: 'harness', train: false, extra })
    else dialogue.hear(partsOf(record['content']), place, { ...facts, origin: 'harness', extra })
  } else if (record['type'] === 'reasoning') dialogue.respond(partsOf(record as Json), place, facts)
  else if (record['role'] === 'user' && isOutput(record)) dialogue.hear(partsOf(record['content']), place, { ...facts, origin: 'tool' })
  else tellMessage(dialogue, entry, facts)
}

/** Models that call tools in their text are told the results as the user's words. */
function isOutput({ content }: JsonObject): boolean {
  const first = blocksOf(content)[0]?.['text']
  return typeof first === 'string' && /^\[[\w -]+(?: for '[^\n]*')?\] Result:/.test(first)
}

function usageOf(metrics: Json | undefined): Usage | null {
  if (!isObject(metrics)) return null
  const count = (key: string) => numberOrNull(metrics[key])
  const input = count('inputTokens')
  return {
    input_tokens: input === null ? null : input + (count('cacheReadTokens') ?? 0) + (count('cacheWriteTokens') ?? 0),
    output_tokens: count('outputTokens'),
    cached_input_tokens: count('cacheReadTokens'),
    cache_write_tokens: count('cacheWriteTokens'),
    reasoning_tokens: null,
    cost_usd: count('cost'),
  }
}
