import { isObject, stringOrNull } from '../../../json/json.ts'
import { textBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { partsOfResponse, tellMessage } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import type { BrokenOff } from './broken-off.ts'
import { isSummary } from './rotations.ts'
import { tellWire } from './tell-wire.ts'
import type { Shown } from './wire.ts'

/** Puts what the model was given into a dialogue, with what was shown of it. */
export class ContextTeller {
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private readonly shown: Shown
  private readonly broken: BrokenOff | null
  private prompt: string | null = null
  private told = 0 // responses that broke off

  constructor(dialogue: ChatDialogue, ledger: Ledger, shown: Shown, broken: BrokenOff | null = null) {
    this.broken = broken
    this.dialogue = dialogue
    this.ledger = ledger
    this.shown = shown
  }

  tell(entry: Entry, isReplay: boolean): void {
    const { record, place } = entry
    const { role } = record
    if (role === '_checkpoint' || role === '_usage')
      this.ledger.settle(place, 'metadata', role === '_usage' ? 'size of the context' : 'checkpoint')
    else if (role === '_system_prompt') this.instruct(entry, isReplay)
    else if (role === 'user') this.hear(entry, isReplay)
    else if (role === 'assistant') this.respond(entry, isReplay)
    else if (role === 'tool') this.answer(entry, isReplay)
    else tellMessage(this.dialogue, entry, { replay: isReplay })
  }

  /** Tell of responses that broke off before the next prompt of these words; without words, of all that are left. */
  breakOff(prompt: string | null): void {
    for (const entries of this.broken?.takeBefore(prompt) ?? []) tellWire(this.dialogue, this.ledger, entries, `broken ${++this.told} `)
  }

  /** Instructions are written anew into every file of a context. */
  private instruct({ record, place }: Entry, isReplay: boolean): void {
    const text = textOf(blocksOf(record['content']))
    if (text === this.prompt) this.ledger.settle(place, 'replay', 'the same instructions again')
    else this.dialogue.instruct(text === '' ? [] : [textBlock(text)], place, { replay: isReplay })
    this.prompt = text
  }

  private hear(entry: Entry, isReplay: boolean): void {
    const text = textOf(blocksOf(entry.record['content']))
    this.breakOff(text)
    const facts: MessageFacts = { replay: isReplay, timestamp: this.shown.prompt(text) }
    if (isSummary(entry.record)) this.dialogue.cut('compaction')
    const harness = isSummary(entry.record) ? 'compaction' : noteIn(text)
    tellMessage(this.dialogue, entry, harness === null ? facts : { ...facts, origin: 'harness', extra: { harness } })
  }

  private respond(entry: Entry, isReplay: boolean): void {
    const { record, text } = entry
    const parts = partsOfResponse(record, 'content', text)
    const said = parts.flatMap(part => (part.is === 'block' && typeof part.block['text'] === 'string' ? [part.block['text']] : [])).join('')
    const calls = parts.flatMap(part => (part.is === 'call' ? [part.id ?? ''] : []))
    const step = this.shown.step(calls, said)
    tellMessage(this.dialogue, entry, { replay: isReplay, timestamp: step?.at ?? null, id: step?.id ?? null, usage: step?.usage ?? null })
  }

  private answer(entry: Entry, isReplay: boolean): void {
    const { record } = entry
    const shown = this.shown.result(stringOrNull(record['tool_call_id']) ?? '')
    const isRefused = /^\s*<system>ERROR: /.test(textOf(blocksOf(record['content']).slice(0, 1)))
    tellMessage(this.dialogue, entry, {
      replay: isReplay,
      timestamp: shown?.at ?? null,
      is_error: shown?.isError ?? (isRefused ? true : null),
    })
  }
}

/** What the program says in the user's role, which is marked so. */
function noteIn(text: string): string | null {
  const start = text.trimStart()
  if (/^<system>CHECKPOINT \d+<\/system>\s*$/.test(start)) return 'checkpoint'
  if (start.startsWith('<system>')) return 'system'
  return /^<notification id="/.test(start) ? 'notification' : null
}

/** Whether a context holds anything that was said. */
export function holdsTalk(entries: readonly Entry[]): boolean {
  return entries.some(({ record }) => isObject(record) && ['user', 'assistant', 'tool'].includes(String(record['role'])))
}
