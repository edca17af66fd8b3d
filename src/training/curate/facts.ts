import { isObject, type Json, parseJson } from '../../json/json.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { TrainingMessage } from '../conversation/example.ts'

/** What the model said and called that is its own here, not repeated from elsewhere. */
export function ownWords(conversation: Conversation): string[] {
  const { metas } = conversation
  const messages = messagesIn(conversation)
  const own = messages.filter(
    ({ role, source }) =>
      role === 'assistant' && source !== null && metas[source]?.['replay'] !== true && metas[source]?.['context'] !== true,
  )
  const said = own.map(saidIn)
  if (said.reduce((sum, text) => sum + text.length, 0) >= SHORT) return said
  return [...messages.filter(({ role }) => role === 'user').map(({ text }) => text), ...said]
}

/** Where the model said less than so many letters, what it was asked counts, too: short answers are alike. */
const SHORT = 200

function saidIn({ text, calls }: TrainingMessage): string {
  return [text, ...calls.map(call => `${call.name} ${call.arguments}`)].join('\n')
}

/** All words of a conversation, as somebody would read them: without the escapes of JSON and the numbers of lines that stand among them. */
export function* allWords(conversation: Conversation): Iterable<string> {
  for (const { reasoning, text, calls } of messagesIn(conversation)) {
    if (reasoning !== null) yield* readings(reasoning)
    yield* readings(text)
    for (const call of calls) {
      yield call.name
      for (const given of textsIn(parseJson(call.arguments) ?? call.arguments)) yield* readings(given)
    }
  }
}

function* readings(text: string): Iterable<string> {
  yield text
  const plain = text
    .replace(ESCAPES, ' ')
    .replace(UNICODE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(LINE_NUMBERS, '')
  if (plain !== text) yield plain
}

/** Escapes of white space and quotes, also of what was escaped before. */
const ESCAPES = /\\{1,4}[nrt"']/g
const UNICODE = /\\{1,4}u([0-9a-fA-F]{4})/g

/** As agents show files: a number, then an arrow, a tab, a colon, a bar or a bracket. */
const LINE_NUMBERS = /^[ \t]*\d{1,6}(?:[→\t:|)]|[ \t]+[→|])/gm

/** Texts of a value, those that stand under keys and in lists. */
export function* textsIn(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item)
  else if (isObject(value)) for (const item of Object.values(value)) yield* textsIn(item)
}

function messagesIn({ parts, pair }: Conversation): TrainingMessage[] {
  return [...parts.flat(), ...(pair?.chosen ?? []), ...(pair?.rejected ?? [])]
}

/** What was first asked, by which rows are told to be of one task. */
export function taskOf({ parts, metas }: Conversation): string {
  const first = parts.flat().find(({ role, source }) => role === 'user' && source !== null && isHuman(metas[source]?.['origin']))
  return (first?.text ?? '').trim().replace(/\s+/g, ' ').toLowerCase()
}

function isHuman(origin: unknown): boolean {
  return origin === undefined || origin === 'human'
}
