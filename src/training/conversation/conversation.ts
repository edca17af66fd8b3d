import { isObject, type JsonObject } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import { Account } from './account.ts'
import { type Pair, type ToolList, type TrainingCall, type TrainingMessage, untrained } from './example.ts'
import { MessageReader } from './read-message.ts'
import { readPair } from './read-pair.ts'
import { listTools } from './tool-list.ts'

/** A row as training data sees it: whole conversations, each between two cuts of the row. */
export type Conversation = {
  traceId: string
  lineage: string
  parts: readonly (readonly TrainingMessage[])[]
  metas: readonly JsonObject[] // by index of the row's messages
  pair: Pair | null // the answers of a row that is a pair; its messages stand before both
  orphans: number // results that answer no call, which are in no part
  tools: ToolList
  account: Account
  row: Row
}

/** How the words of a row are weighed and its tools listed. */
export type ConversationOptions = { count(text: string): number; tools: 'recorded' | 'inferred' | 'none' }

/** What a row says. Gives the reason where it is no conversation. */
export function conversationOf(row: Row, number: number, options: ConversationOptions): Conversation | { reason: string } {
  const { messages } = row
  if (!Array.isArray(messages) || !messages.every(isObject)) return { reason: 'The row has no messages: expected a list of messages' }
  const traceId = typeof row['trace_id'] === 'string' ? row['trace_id'] : `row-${number}`
  const metas = messages.map((_, i) =>
    Array.isArray(row['message_meta']) && isObject(row['message_meta'][i]) ? row['message_meta'][i] : {},
  )
  const read: TrainingMessage[] = []
  const reader = new MessageReader()
  for (const [i, message] of messages.entries()) {
    const one = reader.read(message, i, metas[i]!)
    if ('reason' in one) return { reason: `Message ${i}: ${one.reason}` }
    read.push(one)
  }
  const pair = readPair(row, read, reader)
  if (pair !== null && 'reason' in pair) return pair
  const account = new Account(traceId)
  for (const [i, message] of read.entries()) {
    // What is but context here is told of in the row that trains it.
    if (message.role !== 'assistant' || metas[i]!['context'] === true || pair !== null) continue
    if (message.reasoning !== null) account.open(i, 'reasoning', options.count(message.reasoning))
    account.open(i, 'answer', options.count(wordsOf(message)))
    // Templates leave reasoning out that nothing follows: there is nothing to train, or the wrong thing.
    if (message.text.trim() !== '' || message.calls.length > 0) continue
    account.mask(i, 'reasoning without an answer')
    read[i] = untrained(message)
  }
  for (const answer of pair === null ? [] : [...pair.chosen, ...pair.rejected]) {
    if (answer.reasoning !== null) account.open(answer.source!, 'reasoning', options.count(answer.reasoning))
    account.open(answer.source!, 'answer', options.count(wordsOf(answer)))
    metas.push({})
  }
  const parts = pair === null ? cutAtBoundaries(read, metas).map(part => answered(part)) : [answered(read.map(untrained))]
  const kept = new Set(parts.flat().map(message => message.source))
  const root = row['root_session_id']
  return {
    traceId,
    lineage: typeof root === 'string' ? root : traceId,
    parts,
    orphans: read.filter(({ role, source }) => role === 'tool' && !kept.has(source)).length,
    metas,
    pair,
    tools:
      options.tools === 'none'
        ? { status: 'none', schemas: [], sources: null }
        : listTools(row, [...read, ...(pair?.chosen ?? []), ...(pair?.rejected ?? [])], options.tools),
    account,
    row,
  }
}

/** What the model said and called, as one text: what is counted where tokens are. */
export function wordsOf({ text, calls }: Pick<TrainingMessage, 'text' | 'calls'>): string {
  return [text, ...calls.map(call => `${call.name} ${call.arguments}`)].filter(piece => piece !== '').join('\n')
}

/** Behind these the model no longer saw what came before. */
export const CUTS: ReadonlySet<string> = new Set(['compaction', 'clear', 'abandoned', 'reset', 'branch'])

/** Conversations between the places where the context was lost; the system prompt goes into each. */
function cutAtBoundaries(messages: readonly TrainingMessage[], metas: readonly JsonObject[]): TrainingMessage[][] {
  const parts: TrainingMessage[][] = []
  const system = messages[0]?.role === 'system' ? messages[0] : null
  for (const [i, message] of messages.entries()) {
    if (i === 0 || CUTS.has(String(metas[i]?.['boundary'])))
      parts.push(i === 0 || system === null || message.role === 'system' ? [] : [system])
    parts.at(-1)!.push(message)
  }
  return parts
}

/** What stands for a result that was never recorded. */
const NO_RESULT = '[no result was recorded]'

/** Every call that something follows has its result, and every result its call: templates and trainers take nothing else. */
function answered(messages: readonly TrainingMessage[]): TrainingMessage[] {
  const whole: TrainingMessage[] = []
  let open: TrainingCall[] = []
  const close = () => {
    for (const call of open) whole.push(madeResult(call))
    open = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      const at = open.findIndex(call => call.id === message.callId)
      if (at < 0) continue
      open.splice(at, 1)
      whole.push(message)
      continue
    }
    close()
    whole.push(message)
    open = [...message.calls]
  }
  if (whole.at(-1)?.role === 'tool') close()
  return whole
}

function madeResult(call: TrainingCall): TrainingMessage {
  return {
    role: 'tool',
    text: NO_RESULT,
    reasoning: null,
    calls: [],
    callId: call.id,
    toolName: call.name,
    isError: false,
    train: false,
    source: null,
    elided: 0,
  }
}
