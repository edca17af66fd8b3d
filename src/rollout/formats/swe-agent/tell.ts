import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { completionFacts } from '../../conversation/chat-completion.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { chatRole, tellMessage } from '../../conversation/chat-message.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf, partsOf } from '../../conversation/parts.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'

/** Puts the messages of a trajectory into a dialogue. */
export class Teller {
  demonstrations = 0
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private hasAnswered = false

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(entry: Entry): void {
    const { record, place } = entry
    const role = chatRole(record['role'])
    if (record['role'] === 'exit') {
      this.ledger.settle(place, 'metadata', 'the run ended')
      return
    }
    const facts = factsOf(record)
    // A solved example that the prompt begins with: the model was given it, and said none of it.
    if (record['is_demo'] === true) {
      this.demonstrations++
      if (role === 'assistant')
        this.dialogue.respond(partsOf(record['content']), place, {
          ...facts,
          origin: 'harness',
          train: false,
          extra: { demonstration: true },
        })
      else this.dialogue.hear(partsOf(record['content']), place, { ...facts, origin: 'harness', extra: { harness: 'demonstration' } })
      return
    }
    // Models that call no functions read what the environment says as the user's words.
    if (role === 'user' && (this.hasAnswered || isObject(record['extra']))) {
      const isOutput = this.hasAnswered
      this.dialogue.hear(partsOf(record['content']), place, { ...facts, ...(isOutput ? { origin: 'tool' as const } : {}) })
      return
    }
    if (role === 'assistant') this.hasAnswered = true
    if (role === 'tool' && blocksOf(record['content']).length === 0) {
      this.dialogue.answer({ id: idOf(record), content: [], isError: null }, place, facts)
      return
    }
    tellMessage(this.dialogue, entry, facts)
  }
}

function idOf(record: JsonObject): string | null {
  const ids = Array.isArray(record['tool_call_ids']) ? record['tool_call_ids'] : []
  return stringOrNull(record['tool_call_id']) ?? stringOrNull(ids[0])
}

/** What mini-swe-agent keeps beside a message, and how SWE-agent took a response apart. */
function factsOf(record: JsonObject) {
  const extra = isObject(record['extra']) ? record['extra'] : {}
  const response = isObject(extra['response']) ? extra['response'] : {}
  const action = stringOrNull(record['action'])
  const kept = Object.fromEntries(Object.entries(extra).filter(([key]) => !['response', 'timestamp', 'cost'].includes(key)))
  return {
    timestamp: isoTime(extra['timestamp']),
    ...completionFacts(response, numberOrNull(extra['cost'])),
    extra: { ...kept, ...(action === null ? {} : { action: action.trimEnd() }) },
  }
}
