import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'

/** Puts the bubbles of a chat into a dialogue: a response is as many bubbles as it has thoughts, texts and calls. */
export class Teller {
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private turn: Turn | null = null
  private lastCall: { model: string | null } | null = null // what is said behind a call is the next response

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(entry: Entry): void {
    const { record, place } = entry
    if (record['type'] === 1) {
      this.turn = null
      this.dialogue.hear(partsOf(record['text']), place, { timestamp: isoTime(record['createdAt']), id: stringOrNull(record['bubbleId']) })
    } else if (record['type'] === 2) this.model(entry)
    else this.ledger.unknown(place, `bubble of type ${String(record['type'])}`, String(record['_v'] ?? 'unknown'))
  }

  private model({ record, place }: Entry): void {
    const tool = isObject(record['toolFormerData']) ? record['toolFormerData'] : null
    const call = tool === null ? null : { model: stringOrNull(tool['modelCallId']) }
    const isNext = this.lastCall !== null && (call === null || call.model === null || call.model !== this.lastCall.model)
    if (this.turn === null || isNext) this.turn = this.dialogue.respond([], place, factsOf(record))
    else this.turn.goOn(place, factsOf(record))
    this.lastCall = call
    const { turn } = this
    const thought = isObject(record['thinking']) ? stringOrNull(record['thinking']['text']) : stringOrNull(record['thinking'])
    if (thought !== null) turn.think(thought)
    else if (isObject(record['thinking']) && stringOrNull(record['thinking']['signature']) !== null) turn.thinkHidden('encrypted')
    const text = stringOrNull(record['text'])
    if (text !== null) turn.say(textBlock(text))
    if (tool !== null) this.call(turn, tool, place)
  }

  private call(turn: Turn, tool: JsonObject, place: Entry['place']): void {
    const id = stringOrNull(tool['toolCallId'])
    const given = stringOrNull(tool['rawArgs']) ?? tool['params'] ?? null
    this.dialogue.add(
      turn,
      { is: 'call', id, name: stringOrNull(tool['name']) ?? `tool_${String(tool['tool'] ?? '')}`, args: argumentsText(given) },
      place,
    )
    const status = stringOrNull(tool['status'])
    const result = tool['result'] ?? tool['error'] ?? null
    if (result === null || result === '') return
    const isError = status === 'error' || status === 'cancelled' || (tool['error'] ?? null) !== null
    this.dialogue.answer({ id, content: resultBlocks(plain(result)), isError }, place, status === null ? {} : { extra: { status } })
  }
}

/** Some results are texts that hold one text as JSON. */
function plain(result: Json): Json {
  const value = typeof result === 'string' ? readJsonOr(result) : undefined
  return typeof value === 'string' ? value : result
}

function factsOf(record: JsonObject) {
  const model = isObject(record['modelInfo']) ? stringOrNull(record['modelInfo']['modelName']) : null
  return { timestamp: isoTime(record['createdAt']), id: stringOrNull(record['bubbleId']), model, usage: usageOf(record['tokenCount']) }
}

function usageOf(count: Json | undefined): Usage | null {
  if (!isObject(count)) return null
  const [input, output] = [numberOrNull(count['inputTokens']), numberOrNull(count['outputTokens'])]
  if (!input && !output) return null
  const unknown = { cached_input_tokens: null, cache_write_tokens: null, reasoning_tokens: null, cost_usd: null }
  return { input_tokens: input, output_tokens: output, ...unknown }
}
