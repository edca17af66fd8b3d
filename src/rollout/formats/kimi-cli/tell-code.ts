import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Origin } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Item } from './item.ts'
import { originOf } from './standing.ts'
import { usageOf } from './usage.ts'

/** Puts what happened in a session into a dialogue. */
export class Teller {
  private readonly dialogue: ChatDialogue
  private steps = 0

  constructor(dialogue: ChatDialogue) {
    this.dialogue = dialogue
  }

  /** Instructions. */
  instruct({ record, place }: Entry, isReplay: boolean): void {
    this.dialogue.instruct([textBlock(stringOrNull(record['systemPrompt']) ?? '')], place, {
      timestamp: isoTime(record['time']),
      replay: isReplay,
    })
  }

  tell(item: Item, isReplay: boolean): void {
    const key = `step ${++this.steps}`
    for (const entry of item.entries)
      if (item.is === 'summary') this.summary(entry, isReplay)
      else if (item.is === 'message') this.message(entry, isReplay)
      else this.loop(entry, item, key, isReplay)
  }

  private message({ record, place, text }: Entry, isReplay: boolean): void {
    const message = isObject(record['message']) ? record['message'] : {}
    const role = message['role']
    const facts: MessageFacts = {
      timestamp: isoTime(record['time']),
      id: stringOrNull(message['id']) ?? stringOrNull(message['providerMessageId']),
      replay: isReplay,
      ...(role === 'user' ? voiceBy(originOf(message)) : {}),
    }
    if (role === 'user' && originOf(message)['kind'] === 'compaction_summary') this.dialogue.cut('compaction')
    const { toolCalls: tool_calls, toolCallId: tool_call_id, isError, ...rest } = message
    const told: JsonObject = {
      ...rest,
      ...(tool_calls === undefined ? {} : { tool_calls }),
      ...(tool_call_id === undefined ? {} : { tool_call_id }),
      ...(isError === undefined ? {} : { is_error: isError }),
    }
    const note = stringOrNull(message['note'])
    tellMessage(
      this.dialogue,
      { place, record: told, text: text === null ? null : sourceAt(text, ['message']) },
      note === null ? facts : { ...facts, extra: { ...facts.extra, note } },
    )
  }

  /** Pieces of a response, each a record of its own. */
  private loop({ record, place, text }: Entry, item: Item, key: string, isReplay: boolean): void {
    const event = isObject(record['event']) ? record['event'] : {}
    const facts: MessageFacts = { timestamp: isoTime(record['time']), replay: isReplay }
    const said = { ...facts, model: item.model }
    if (event['type'] === 'content.part') this.dialogue.respond(partsOf(event['part']), place, said, key)
    else if (event['type'] === 'tool.call') {
      const args = argumentsText(event['args'], text === null ? null : sourceAt(text, ['event', 'args']))
      this.dialogue.respond(
        [{ is: 'call', id: stringOrNull(event['toolCallId']), name: stringOrNull(event['name']) ?? '', args }],
        place,
        said,
        key,
      )
    } else if (event['type'] === 'tool.result') this.result(event, place, facts)
    else {
      const stop = stringOrNull(event['rawFinishReason']) ?? stringOrNull(event['finishReason'])
      const id = stringOrNull(event['messageId'])
      this.dialogue.respond([], place, { ...said, id, stop_reason: stop, usage: usageOf(event['usage']) }, key)
    }
  }

  private result(event: JsonObject, place: Entry['place'], facts: MessageFacts): void {
    const result: JsonObject = isObject(event['result']) ? event['result'] : {}
    const isError = typeof result['isError'] === 'boolean' ? result['isError'] : null
    const note = stringOrNull(result['note'])
    const extra = note === null ? {} : { note }
    this.dialogue.answer({ id: stringOrNull(event['toolCallId']), content: resultBlocks(result['output']), isError }, place, {
      ...facts,
      extra,
    })
  }

  private summary({ record, place }: Entry, isReplay: boolean): void {
    this.dialogue.summarize(summaryOf(record), place, { timestamp: isoTime(record['time']), replay: isReplay })
  }
}

/** What a compaction put in the place of what was said. */
function summaryOf({ contextSummary, summary }: JsonObject): string {
  const message: Json | undefined = isObject(summary) ? summary['content'] : null
  return (
    stringOrNull(contextSummary) ??
    stringOrNull(summary) ??
    blocksOf(message)
      .map(block => block['text'] ?? '')
      .join('')
  )
}

/** Whose words a message is, by where it came from; what a person, or a spawner, asked for is told by the words. */
function voiceBy(origin: JsonObject): { origin?: Origin; extra?: JsonObject } {
  const kind = stringOrNull(origin['kind'])
  if (kind === null || kind === 'user') return {}
  const name = stringOrNull(origin['variant']) ?? stringOrNull(origin['name']) ?? stringOrNull(origin['skillName'])
  const extra = { harness: kind === 'compaction_summary' ? 'compaction' : kind, ...(name === null ? {} : { name }) }
  if (kind === 'hook_result' || name === 'stop_hook') return { origin: 'hook', extra }
  return { origin: kind === 'system_trigger' && name !== null && /agent/.test(name) ? 'agent' : 'harness', extra }
}
