import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Part } from '../../conversation/parts.ts'
import type { Place } from '../../log/ledger.ts'
import { answerText, callId, type Request } from './lineage.ts'
import { thoughtOf } from './tell.ts'
import { contentOf, voiceOf } from './words.ts'

/** Put one message of a request into a dialogue; roles are numbers. */
export function tellSent(
  dialogue: ChatDialogue,
  message: JsonObject,
  place: Place,
  facts: MessageFacts,
  thinking: JsonObject | null,
): void {
  const { role, content, toolCalls, toolCallId } = message
  const blocks = contentOf(content)
  if (role === 0 || role === 'system') dialogue.instruct(blocks, place, facts)
  else if (role === 1 || role === 'user') {
    const voice = voiceOf(blocks)
    dialogue.hear(
      voice.content.map(block => ({ is: 'block', block })),
      place,
      { ...facts, origin: voice.origin, extra: voice.extra },
    )
  } else if (role === 2 || role === 'assistant') {
    // What was not sent on of a thought is kept in parts that nobody can read.
    const said = blocks.filter(({ type }) => type !== 'unknown')
    const calls = Array.isArray(toolCalls) ? toolCalls.filter(isObject) : []
    dialogue.respond(
      [...thoughtOf(thinking ?? undefined), ...said.map(block => ({ is: 'block' as const, block })), ...calls.map(callOf)],
      place,
      facts,
    )
  } else if (role === 3 || role === 'tool')
    dialogue.answer({ id: stringOrNull(toolCallId), content: blocks, isError: null }, place, { replay: facts.replay ?? false })
  else dialogue.unknown(place, `message of role ${String(role)}`.slice(0, 80))
}

/** The answer to the last request of a conversation, and the calls that were made of it: no later request has them. */
export function answerLog(dialogue: ChatDialogue, request: Request, facts: MessageFacts): void {
  const { thinking, calls, place } = request
  const text = answerText(request)
  const made = calls.map(
    (call): Part => ({ is: 'call', id: callId(call), name: stringOrNull(call['tool']) ?? '', args: argumentsText(call['args']) }),
  )
  dialogue.respond(
    [...thoughtOf(thinking ?? undefined), ...(text === '' ? [] : [{ is: 'block' as const, block: textBlock(text) }]), ...made],
    place,
    facts,
  )
  for (const call of calls) {
    const given = Array.isArray(call['response'])
      ? call['response'].filter(piece => typeof piece === 'string')
      : [stringOrNull(call['response']) ?? '']
    const content = given.filter(piece => piece !== '').map(textBlock)
    dialogue.answer({ id: callId(call), content, isError: null }, place, { timestamp: isoTime(call['time']) })
  }
}

function callOf(call: JsonObject): Part {
  const made = isObject(call['function']) ? call['function'] : {}
  return { is: 'call', id: stringOrNull(call['id']), name: stringOrNull(made['name']) ?? '', args: argumentsText(made['arguments']) }
}
