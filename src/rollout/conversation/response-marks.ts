import { isObject, type Json } from '../../json/json.ts'
import type { StoreType } from '../../store-type.ts'
import { isUnique } from './copy-print.ts'
import { RollingHash } from './rolling-hash.ts'
import type { Message, MessageMeta, RolloutRow, Usage } from './row.ts'
import { USAGE_TYPES } from './store-types.ts'

/** By what an answer of a model is found again where another log tells it too, whole or in part, with its id or without. Numbers stand for texts. */
export type ResponseMark = {
  /** Index of its message. */
  message: number
  /** Whether the row repeats it of another. */
  replay: boolean
  /** Its id, and those of its calls, as far as they were drawn at random: who has one of them tells the same response. */
  ids: number[]
  /** All that was said, at its time. */
  said: number | null
  /** The words, whatever their layout, and how many tokens they took: what two that recorded one request have in common. */
  alike: number | null
  /** What it took, where the row repeats it: it may be more than was known where it is counted. */
  took: Usage | null
}

/** How marks are stored. */
export const MARKS_TYPE: StoreType = {
  list: {
    struct: {
      message: 'integer',
      replay: 'boolean',
      ids: { list: 'integer' },
      said: 'integer',
      alike: 'integer',
      took: { struct: USAGE_TYPES, always: Object.keys(USAGE_TYPES) },
    },
    always: ['said', 'alike', 'took'],
  },
}

/** Marks of answers that took something; where tokens are counted for the session alone, of all: their sum may be told elsewhere, one by one. */
export function marksIn({ messages, message_meta, usage }: Partial<RolloutRow>): ResponseMark[] {
  if (!Array.isArray(messages) || !Array.isArray(message_meta)) return []
  const metas = message_meta.map(meta => (isObject(meta as Json) ? meta : null))
  const isCounted = metas.some(meta => isObject((meta?.usage ?? null) as Json))
  if (!isCounted && (usage ?? null) === null) return []
  return metas.flatMap((meta, at) => {
    const message = messages[at]
    if (meta === null || !isObject((message ?? null) as Json) || message!.role !== 'assistant') return []
    return isCounted && !meta.usage ? [] : [markOf(message!, meta, at, messages[at - 1])]
  })
}

/** Marks of a row of which more has turned out to be another's. */
export function marksAfter(marks: readonly ResponseMark[], metas: readonly MessageMeta[]): ResponseMark[] {
  return marks.map(mark => {
    const { replay = false, usage } = metas[mark.message] ?? {}
    return replay === mark.replay ? mark : { ...mark, replay, took: replay ? (usage ?? null) : null }
  })
}

/** A text of so many characters is not said twice in one moment, whatever was asked. */
const LONG_CHARACTERS = 200

/** `before` is what it was said to. Rows of other makers may hold anything. */
function markOf(message: Message, meta: MessageMeta, at: number, before: Message | undefined): ResponseMark {
  const texts = textsOf(message.content as Json)
  const calls = callsOf(message.tool_calls as Json | undefined)
  const time = typeof meta.timestamp === 'string' ? Date.parse(meta.timestamp) : Number.NaN
  const isLong = texts.reduce((sum, text) => sum + text.length, 0) >= LONG_CHARACTERS
  const asked = isLong || !isObject((before ?? null) as Json) ? [] : textsOf(before!.content as Json)
  const usage = isObject(meta.usage as Json) ? (meta.usage as Usage) : null
  return {
    message: at,
    replay: meta.replay === true,
    ids: drawnIds(meta.id, calls),
    said: Number.isNaN(time) ? null : numberOf([String(time), String(message.reasoning_content)], texts, wordsOf(calls), asked),
    alike: alikeNumber(texts, calls, usage?.input_tokens ?? 0, usage?.output_tokens ?? 0),
    took: meta.replay === true ? usage : null,
  }
}

function drawnIds(own: unknown, calls: readonly Called[]): number[] {
  const ids: string[] = []
  const add = (id: unknown) => {
    if (ids.length < MAX_IDS && typeof id === 'string' && isUnique(id) && !ids.includes(id)) ids.push(id)
  }
  add(own)
  for (const { id } of calls) add(id)
  return ids.map(id => numberOf([id]))
}

function alikeNumber(texts: readonly string[], calls: readonly Called[], input: number, output: number): number | null {
  if (!(input > 0 && output > 0)) return null
  const told = texts.join(' ').trim().replace(LAYOUT, ' ')
  if (told === '' && calls.every(({ name }) => name === '')) return null
  return numberOf(
    [told],
    calls.map(({ name }) => name),
    [String(input), String(output)],
  )
}

/** White space that is not one space already. */
const LAYOUT = /\s{2,}|[^\S ]/g

/** A response of more calls is known by the first of them. */
const MAX_IDS = 20

function textsOf(content: Json): string[] {
  if (typeof content === 'string') return [content]
  return (Array.isArray(content) ? content : []).flatMap(block =>
    isObject(block) && typeof block['text'] === 'string' ? [block['text']] : [],
  )
}

type Called = { id: Json; name: string; args: string }

function callsOf(calls: Json | undefined): Called[] {
  return Array.isArray(calls) ? calls.filter(isObject).map(calledIn) : []
}

function calledIn(call: { [key: string]: Json }): Called {
  const called = isObject(call['function'] ?? null) ? (call['function'] as { [key: string]: Json }) : {}
  return { id: call['id'] ?? null, name: String(called['name'] ?? ''), args: String(called['arguments'] ?? '') }
}

function wordsOf(calls: readonly Called[]): string[] {
  return calls.flatMap(({ name, args }) => [name, args])
}

/** 53 bits that stand for texts in their order: as many as a number of JSON holds. */
function numberOf(...lists: readonly (readonly string[])[]): number {
  const hash = new RollingHash()
  for (const texts of lists) for (const text of texts) hash.whole(text)
  const [high, low] = hash.state()
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
}
