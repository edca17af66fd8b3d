import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Block } from '../../conversation/row.ts'
import { voiceOf } from '../../conversation/voice.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { fileBlock, type Telling } from './content.ts'
import { compactionIn } from './paths.ts'
import { Responses } from './responses.ts'
import type { StoredMessage } from './stored-session.ts'

/** Puts the messages of a session into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = {}
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly responses: Responses
  private readonly isAgent: boolean

  constructor(dialogue: ChatDialogue, ledger: Ledger, isAgent: boolean) {
    this.dialogue = dialogue
    this.ledger = ledger
    this.isAgent = isAgent
    this.responses = new Responses(dialogue, ledger, this.ending)
  }

  tell(message: StoredMessage, telling: Telling): void {
    const { info, place, parts } = message
    if (info['role'] === 'user') this.user(message, telling)
    else if (info['role'] === 'assistant') this.responses.tell(message, telling)
    else {
      this.dialogue.conversation.diagnose('unknown_role', place, info['role'] ?? null)
      for (const part of parts) this.ledger.unknown(part.place, `part of ${stringOrNull(info['role']) ?? 'no role'}`, null)
    }
  }

  private user({ id, info, parts, place }: StoredMessage, { isReplay }: Telling): void {
    Object.assign(this.ending, { error: null, isInterrupted: false })
    if (compactionIn(parts) !== null) this.dialogue.cut('compaction')
    const said: { block: Block; isInjected: boolean; entry: Entry }[] = []
    const extra: JsonObject = promptFacts(info)
    for (const entry of parts) {
      const block = this.blockOf(entry, extra)
      if (block !== null) said.push({ block, isInjected: entry.record['synthetic'] === true, entry })
    }
    if (said.length === 0) {
      this.ledger.settle(place, 'metadata', 'message without content')
      return
    }
    const typed = said.filter(({ isInjected }) => !isInjected)
    const voice = voiceOf(
      said.map(({ block }) => block),
      this.isAgent ? 'agent' : 'human',
    )
    const injected = said.flatMap(({ isInjected }, i) => (isInjected ? [i] : []))
    const isTold = injected.length > 0
    const facts: MessageFacts = {
      timestamp: isoTime(isObject(info['time']) ? info['time']['created'] : null),
      id,
      replay: isReplay,
      // What OpenCode says of its own words comes before how they begin.
      origin: typed.length === 0 ? 'harness' : isTold ? (this.isAgent ? 'agent' : 'human') : voice.origin,
      extra: {
        ...extra,
        ...(isTold ? (typed.length > 0 ? { injected_blocks: injected } : { harness: voice.extra['harness'] ?? 'synthetic' }) : voice.extra),
      },
    }
    const content = isTold ? said.map(({ block }) => block) : voice.content
    const places = [...new Set(said.map(({ entry }) => entry.place))]
    this.dialogue.conversation.say('user', content, places, facts)
  }

  /** What a part of a prompt says to the model; null where it says nothing to it. */
  private blockOf({ record, place }: Entry, extra: JsonObject): Block | null {
    const { type } = record
    if (type === 'text' && typeof record['text'] === 'string' && record['text'] !== '') {
      if (record['ignored'] !== true) return textBlock(record['text'])
      this.ledger.settle(place, 'metadata', 'shown, and not sent to the model')
      return null
    }
    if (type === 'file') {
      const block = fileBlock(record)
      if (block !== null) return block
      const files = Array.isArray(extra['files']) ? extra['files'] : []
      extra['files'] = [...files, record['filename'] ?? record['url'] ?? null]
    }
    if (KNOWN.has(type))
      this.ledger.settle(place, 'metadata', type === 'compaction' ? 'a summary was asked for' : `${String(type)} of a prompt`)
    else this.ledger.unknown(place, stringOrNull(type) ?? 'no type', null)
    return null
  }
}

const KNOWN: ReadonlySet<Json | undefined> = new Set(['text', 'file', 'compaction', 'subtask', 'agent', 'snapshot', 'patch'])

/** What a prompt says besides its words: instructions of its own, tools it may not use. */
function promptFacts(info: JsonObject): JsonObject {
  const told = ['agent', 'system', 'tools', 'variant', 'format'].flatMap(key => {
    const value = info[key] ?? null
    return value === null || value === '' ? [] : [[key, value] as const]
  })
  return Object.fromEntries(told)
}
