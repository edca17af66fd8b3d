import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { voiceOf } from '../../conversation/voice.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { heardIn, partsOf, resultOf, usesIn } from './content.ts'

/** Puts the messages of a thread into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly isAgent: boolean

  constructor(dialogue: ChatDialogue, ledger: Ledger, isAgent: boolean) {
    this.dialogue = dialogue
    this.ledger = ledger
    this.isAgent = isAgent
  }

  tell(entry: Entry): void {
    const { record, place, text } = entry
    const role = stringOrNull(record['role'])
    if (isObject(record['User'])) this.hear(record['User'], place)
    else if (isObject(record['Agent'])) this.respond(record['Agent'], place, text, ['Agent'])
    else if (role === 'user') this.hear(record, place)
    else if (role === 'assistant') this.respond(record, place, text, [])
    else if (role === 'system') this.dialogue.instruct(heardIn(record).content, place)
    else this.ledger.unknown(place, role ?? Object.keys(record)[0] ?? 'no role', null)
  }

  private hear(message: JsonObject, place: Entry['place']): void {
    const { content, injected, mentions } = heardIn(message)
    const results = resultsIn(message)
    for (const result of results) this.answer(result, place)
    if (content.length === 0) {
      if (results.length === 0) this.ledger.settle(place, 'metadata', 'message without content')
      return
    }
    this.ending.isInterrupted = false
    const extra: JsonObject = mentions.length === 0 ? {} : { mentions }
    const facts: MessageFacts = { id: stringOrNull(message['id']) }
    // What the editor puts in to make the model go on is not shown to the person.
    if (message['is_hidden'] === true) Object.assign(facts, { origin: 'harness', extra: { harness: 'hidden' } })
    else if (injected.length > 0 && injected.length < content.length)
      Object.assign(facts, { origin: this.isAgent ? 'agent' : 'human', extra: { ...extra, injected_blocks: injected } })
    else {
      const voice = voiceOf(content, this.isAgent ? 'agent' : 'human')
      Object.assign(facts, { origin: voice.origin, extra: { ...extra, ...voice.extra } })
      this.dialogue.conversation.say('user', voice.content, place, facts)
      return
    }
    this.dialogue.conversation.say('user', content, place, facts)
  }

  private respond(message: JsonObject, place: Entry['place'], text: string | null, path: string[]): void {
    const { parts, isWhole } = partsOf(message, text, path)
    // Without its arguments a call is not what the model said.
    const facts: MessageFacts = isWhole ? {} : { train: false }
    this.ending.isInterrupted = false
    this.dialogue.respond(parts, place, facts)
    for (const result of resultsIn(message)) this.answer(result, place)
  }

  private answer(result: JsonObject, place: Entry['place']): void {
    const { id, content, isError, isCanceled, extra } = resultOf(result)
    this.ending.isInterrupted = isCanceled
    this.dialogue.answer({ id, content, isError }, place, { extra })
  }
}

/** The results in a message: by the ids of their calls, or before that a list. */
function resultsIn(message: JsonObject): JsonObject[] {
  const results: Json | undefined = message['tool_results']
  if (Array.isArray(results)) return results.filter(isObject)
  if (!isObject(results)) return []
  const uses = new Set(usesIn(message).map(use => stringIn(use, 'id')))
  const told = Object.entries(results).flatMap(([id, result]) => (isObject(result) ? [{ tool_use_id: id, ...result }] : []))
  // In the order of their calls, as far as these are in the message.
  return [...told.filter(({ tool_use_id: id }) => uses.has(id)), ...told.filter(({ tool_use_id: id }) => !uses.has(id))]
}
