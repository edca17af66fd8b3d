import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { usageOf } from './usage.ts'
import { messageIn } from './wire.ts'

/**
 * Tell a session by what was shown of it, where what the model was given is not there; or, by a `name`, a response of it that broke off,
 * which is not to be trained on.
 */
export function tellWire(dialogue: ChatDialogue, ledger: Ledger, entries: readonly Entry[], name: string | null = null): void {
  const isWhole = name === null
  let steps = 0
  const rests = restsOfCalls(entries)
  for (const { record, place, text } of entries) {
    const { type, payload } = messageIn(record)
    const facts: MessageFacts = { timestamp: isoTime(record['timestamp']), ...(isWhole ? {} : { train: false }) }
    const keyOf = (step: number) => `${name ?? ''}step ${step}`
    const key = keyOf(steps)
    const written = text === null ? null : sourceAt(text, ['message', 'payload'])
    if (type === 'TurnBegin' || type === 'SteerInput') dialogue.hear(partsOf(payload['user_input']), place, facts)
    else if (type === 'StepBegin') dialogue.respond([], place, facts, keyOf(++steps))
    else if (type === 'ContentPart') dialogue.respond(partsOf(payload), place, facts, key)
    else if (type === 'ToolCall') {
      const made = isObject(payload['function']) ? payload['function'] : {}
      const rest = rests.get(place) ?? ''
      const args =
        rest === ''
          ? argumentsText(made['arguments'], written === null ? null : sourceAt(written, ['function', 'arguments']))
          : argumentsText(`${stringOrNull(made['arguments']) ?? ''}${rest}`)
      dialogue.respond([{ is: 'call', id: stringOrNull(payload['id']), name: stringOrNull(made['name']) ?? '', args }], place, facts, key)
    } else if (type === 'StatusUpdate' && payload['token_usage'] && steps > 0)
      dialogue.respond([], place, { id: stringOrNull(payload['message_id']), usage: usageOf(payload['token_usage']) }, key)
    else if (type === 'ToolCallPart' && steps > 0) dialogue.respond([], place, {}, key)
    else if (type === 'ToolResult')
      dialogue.answer({ id: stringOrNull(payload['tool_call_id']), ...resultOf(payload['return_value']) }, place, facts)
    else {
      if (type === 'CompactionBegin') dialogue.cut('compaction')
      if (type === 'StepInterrupted') dialogue.cut('interruption')
      settleNote(ledger, { record, place })
    }
  }
}

/** What came of each call's arguments in records of their own, behind the one that began it. */
function restsOfCalls(entries: readonly Entry[]): Map<Entry['place'], string> {
  const rests = new Map<Entry['place'], string>()
  let open: Entry['place'] | null = null
  for (const { record, place } of entries) {
    const { type, payload } = messageIn(record)
    if (type === 'ToolCall') open = place
    else if (type === 'StepBegin') open = null
    else if (type === 'ToolCallPart' && open !== null)
      rests.set(open, (rests.get(open) ?? '') + (stringOrNull(payload['arguments_part']) ?? ''))
  }
  return rests
}

/** Settle a record that only shows what the context has, or nothing of the conversation. */
export function settleNote(ledger: Ledger, { record, place }: Pick<Entry, 'record' | 'place'>): void {
  const { type } = messageIn(record)
  if (record['type'] === 'metadata' || NOTES.has(type)) ledger.settle(place, 'metadata', `shown: ${type || 'metadata'}`)
  else ledger.unknown(place, type || stringOrNull(record['type']) || 'no type', null)
}

const NOTES: ReadonlySet<string> = new Set(
  `TurnBegin SteerInput TurnEnd StepBegin StepInterrupted StepRetry CompactionBegin CompactionEnd HookTriggered HookResolved MCPLoadingBegin
  MCPLoadingEnd StatusUpdate Notification PlanDisplay BtwBegin BtwEnd SubagentEvent ApprovalRequest ApprovalResponse
  ApprovalRequestResolved QuestionRequest QuestionResponse ToolCall ToolCallPart ToolCallRequest ToolResult ContentPart HookRequest
  HookResponse`.split(/\s+/),
)

function resultOf(value: unknown): { content: ReturnType<typeof resultBlocks>; isError: boolean | null } {
  const returned: JsonObject = isObject(value) ? value : {}
  const message = stringOrNull(returned['message'])
  const output = resultBlocks(returned['output'] === '' ? null : returned['output'])
  const isError = typeof returned['is_error'] === 'boolean' ? returned['is_error'] : null
  return { content: [...(message === null || message === '' ? [] : [textBlock(message)]), ...output], isError }
}
