import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf, type Part, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'

/** Puts the records of a session into a dialogue, kept or printed. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly isSent: boolean
  private lastText: string | null = null // of what was printed

  constructor(dialogue: ChatDialogue, ledger: Ledger, isSent: boolean) {
    this.dialogue = dialogue
    this.ledger = ledger
    this.isSent = isSent
  }

  tell(entry: Entry): void {
    const { record, place, text } = entry
    const facts = { timestamp: isoTime(record['timestamp']), id: stringOrNull(record['id']) }
    switch (record['type']) {
      case 'message':
        if (isObject(record['message'])) this.message(entry, record['message'])
        else this.printed(entry)
        break
      case 'tool_call': {
        const args = argumentsText(record['parameters'], text === null ? null : sourceAt(text, ['parameters']))
        this.model([{ is: 'call', id: callIdOf(record), name: stringOrNull(record['toolName']) ?? '', args }], entry)
        break
      }
      case 'tool_result': {
        const isError = typeof record['isError'] === 'boolean' ? record['isError'] : null
        this.dialogue.answer({ id: callIdOf(record), content: resultBlocks(record['value'] ?? record['error']), isError }, place, facts)
        break
      }
      case 'reasoning':
        this.model([{ is: 'thought', text: stringOrNull(record['text']) ?? '', kind: 'full' }], entry)
        break
      case 'completion':
        this.completion(entry)
        break
      case 'compaction_state':
        this.compaction(entry)
        break
      case 'error':
        this.dialogue.conversation.diagnose('error', place, record['message'] ?? null)
        Object.assign(this.ending, { error: { message: record['message'] ?? null } })
        this.ledger.settle(place, 'metadata', 'error of the run')
        break
      default:
        if (['session_start', 'todo_state', 'system'].includes(String(record['type'])))
          this.ledger.settle(place, 'metadata', String(record['type']))
        else this.ledger.unknown(place, stringOrNull(record['type']) ?? 'no type', null)
    }
  }

  private message({ record, place, text }: Entry, message: JsonObject): void {
    const visibility = stringOrNull(record['visibility']) ?? stringOrNull(message['visibility'])
    if (this.isSent && visibility === 'user_only') {
      this.ledger.settle(place, 'metadata', 'shown, and not sent to the model')
      return
    }
    if (message['role'] === 'user') Object.assign(this.ending, { error: null })
    const isContext = visibility === 'llm_only' || String(record['id']).startsWith('context-')
    const written = text === null ? null : sourceAt(text, ['message'])
    const isStop = isContext && STOPPED.test(textOf(blocksOf(message['content'])))
    if (isStop) {
      Object.assign(this.ending, { isInterrupted: true })
      this.dialogue.cut('interruption')
    } else Object.assign(this.ending, { isInterrupted: false })
    tellMessage(
      this.dialogue,
      { place, record: message, text: written },
      {
        timestamp: isoTime(record['timestamp']),
        id: stringOrNull(record['id']),
        model: stringOrNull(message['model']) ?? stringOrNull(record['model']),
        ...(isContext && message['role'] === 'user' && !holdsResults(message['content']) ? { origin: 'harness' as const } : {}),
        extra: { ...(visibility === null ? {} : { visibility }), ...(isContext ? { harness: isStop ? 'interruption' : 'context' } : {}) },
      },
    )
  }

  private printed(entry: Entry): void {
    const { record, place } = entry
    const parts = partsOf(record['text'])
    this.lastText = record['role'] === 'assistant' ? stringOrNull(record['text']) : null
    if (record['role'] === 'assistant') this.model(parts, entry)
    else this.dialogue.hear(parts, place, { timestamp: isoTime(record['timestamp']), id: stringOrNull(record['id']) })
  }

  /** What is printed of a response: records that follow each other with nothing between them are one. */
  private model(parts: readonly Part[], { record, place }: Entry): void {
    this.dialogue.respond(parts, place, { timestamp: isoTime(record['timestamp']) })
  }

  /** The last text, which may have been printed as a message before. */
  private completion({ record, place }: Entry): void {
    const text = stringOrNull(record['finalText'])
    if (text === null || this.lastText === text) this.ledger.settle(place, 'metadata', 'the end of the run')
    else
      this.dialogue.respond([{ is: 'block', block: textBlock(text) }], place, {
        timestamp: isoTime(record['timestamp']),
        stop_reason: 'completed',
      })
  }

  private compaction({ record, place }: Entry): void {
    const state = isObject(record['summary'])
      ? stringOrNull(record['summary']['text'])
      : (stringOrNull(record['summary']) ?? stringOrNull(record['summaryText']))
    if (state !== null) this.dialogue.summarize(state, place, { timestamp: isoTime(record['timestamp']) })
    else {
      this.dialogue.cut('compaction')
      this.ledger.settle(place, 'metadata', 'a summary was made')
    }
  }
}

/** What Droid tells the model when a person stops it. */
const STOPPED = /^\s*Request (?:interrupted|cancelled) by user\s*$/

function callIdOf(record: JsonObject): string | null {
  return stringOrNull(record['toolCallId']) ?? stringOrNull(record['id'])
}

function holdsResults(content: Json | undefined): boolean {
  return Array.isArray(content) && content.some(item => isObject(item) && item['type'] === 'tool_result')
}
