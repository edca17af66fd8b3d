import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { imageBlock, inlineImageBlock, textBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Part } from '../../conversation/parts.ts'
import type { Block } from '../../conversation/row.ts'
import type { Ledger } from '../../log/ledger.ts'
import { finishOf, type Message, partOf, partsIn } from './entry.ts'

/** Puts the messages of a session into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = {}
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  /** `isSummary`: it stands for all that was said before it; `isSent`: the model is given it as the user's. */
  tell(message: Message, { isSummary, isSent }: { isSummary: boolean; isSent: boolean }): void {
    const { row, entry } = message
    const role = stringOrNull(row['role'])
    const facts: MessageFacts = {
      timestamp: isoTime(row['created_at'] ?? row['created']),
      id: stringOrNull(row['id']),
      extra: stringOrNull(row['provider']) === null ? {} : { provider: row['provider']! },
    }
    const parts = this.partsOf(message)
    if (isSummary) this.dialogue.cut('compaction')
    if (role === 'assistant' && isSummary && isSent) {
      const summary = textOf(parts.flatMap(part => (part.is === 'block' ? [part.block] : [])))
      this.dialogue.summarize(summary, entry.place, facts)
    } else if (role === 'assistant') this.respond(message, parts, facts, isSummary)
    else if (role === 'user') this.hear(message, parts, facts)
    else if (role === 'tool') this.answer(message, parts, facts)
    else if (role === 'system') this.dialogue.instruct(blocksIn(parts), entry.place, facts)
    else this.ledger.unknown(entry.place, role ?? 'no role', null)
  }

  private hear({ entry }: Message, parts: readonly Part[], facts: MessageFacts): void {
    Object.assign(this.ending, { error: null, isInterrupted: false })
    this.dialogue.hear(parts, entry.place, facts)
  }

  private answer({ entry }: Message, parts: readonly Part[], facts: MessageFacts): void {
    const told = partsIn(entry.record).flatMap(part => partOf(part) ?? [])
    const results = told.filter(({ type }) => type === 'tool_result')
    if (results.length === 0) this.ledger.settle(entry.place, 'metadata', 'message without content')
    results.forEach(({ data }, i) => {
      const result = parts.filter(({ is }) => is === 'result')[i] as Extract<Part, { is: 'result' }>
      const metadata = stringOrNull(data['metadata'])
      const extra = metadata === null ? {} : { metadata: readJsonOr(metadata) ?? metadata }
      this.dialogue.answer(result, entry.place, { ...facts, extra: { ...facts.extra, ...extra } })
    })
  }

  private respond(message: Message, parts: readonly Part[], facts: MessageFacts, isSummary: boolean): void {
    const { row, entry } = message
    const finish = finishOf(message)
    const isCanceled = finish?.reason === 'canceled'
    const error =
      finish?.reason === 'error' ? { error: finish.message ?? 'error', ...(finish.details ? { details: finish.details } : {}) } : null
    Object.assign(this.ending, { isInterrupted: isCanceled, error })
    if (error !== null || isCanceled) this.dialogue.conversation.diagnose(isCanceled ? 'aborted' : 'failed_attempt', entry.place, error)
    Object.assign(facts, { model: stringOrNull(row['model']), stop_reason: finish?.reason ?? null })
    // A response without an end is one that broke off, or that is still being written.
    if (finish === null || error !== null || isCanceled) facts.train = false
    if (isSummary) Object.assign(facts, { train: false, extra: { ...facts.extra, harness: 'compaction' } })
    this.dialogue.respond(parts, entry.place, facts)
    if (isCanceled) this.dialogue.cut('interruption')
    else if (error !== null) this.dialogue.cut('abandoned')
  }

  private partsOf({ entry }: Message): Part[] {
    return partsIn(entry.record).flatMap((part): Part[] => {
      const told = partOf(part)
      if (told === null || told.type === 'finish') return []
      return toldPart(told.type, told.data) ?? [{ is: 'block', block: { ...told.data, type: told.type } }]
    })
  }
}

/** A part as chat APIs have it; null where none has the like. */
function toldPart(type: string, data: JsonObject): Part[] | null {
  const text = (key: string) => stringOrNull(data[key])
  if (type === 'text') return text('text') === null ? [] : [{ is: 'block', block: textBlock(text('text')!) }]
  if (type === 'reasoning') return thought(data)
  if (type === 'image_url') return text('url') === null ? [] : [{ is: 'block', block: imageBlock(text('url')!) }]
  if (type === 'shell_command') return [{ is: 'block', block: textBlock(shellText(data)) }]
  if (type === 'binary') return [{ is: 'block', block: binary(data) }]
  if (type === 'tool_call')
    return [{ is: 'call', id: stringIn(data, 'id', 'tool_call_id'), name: text('name') ?? '', args: argumentsText(data['input']) }]
  if (type !== 'tool_result') return null
  const [words, mime, bytes] = [text('content'), text('mime_type'), text('data')]
  const content: Block[] = words === null ? [] : [textBlock(words)]
  if (bytes !== null) content.push(mime?.startsWith('image/') ? inlineImageBlock(mime, bytes) : { type: 'file', mime, data: bytes })
  return [{ is: 'result', id: text('tool_call_id'), name: text('name'), content, isError: data['is_error'] === true ? true : null }]
}

function thought(data: JsonObject): Part[] {
  const text = stringOrNull(data['thinking'])
  if (text !== null && text.trim() !== '') return [{ is: 'thought', text, kind: 'full' }]
  const hidden = isObject(data['responses_data']) || stringIn(data, 'signature', 'thought_signature') !== null
  return hidden ? [{ is: 'hidden', kind: 'encrypted' }] : []
}

/** A command the person ran, as Crush tells the model of it. */
function shellText({ command, output, exit_code: code }: JsonObject): string {
  return `$ ${stringOrNull(command) ?? ''}\n${stringOrNull(output) ?? ''}\n(exit code ${typeof code === 'number' ? code : 0})`
}

/** A file that was attached; of one that was printed only the size is known. */
function binary(data: JsonObject): Block {
  const mime = stringIn(data, 'MIMEType', 'mime_type') ?? 'application/octet-stream'
  const bytes = stringIn(data, 'Data')
  if (bytes !== null && mime.startsWith('image/')) return inlineImageBlock(mime, bytes)
  const rest: { [key: string]: Json } = { path: data['Path'] ?? null, data: bytes, size: data['size'] ?? null }
  return { type: 'file', mime, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) }
}

function blocksIn(parts: readonly Part[]): Block[] {
  return parts.flatMap(part => (part.is === 'block' ? [part.block] : []))
}
