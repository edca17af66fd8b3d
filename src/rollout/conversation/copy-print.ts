import { RollingHash } from './rolling-hash.ts'
import type { Message, MessageMeta, RolloutRow } from './row.ts'

/** 64 bits that stand for something said. */
export type Key = readonly [high: number, low: number]

/** A message as copies of it are known by: a response that may be trained on, or a prompt in front of one. */
export type Told = {
  at: number // index of the message
  isPrompt: boolean
  words: Key // of all that was said, and nothing else
  proof: Key | null // the words with what only a copy can share: ids of calls or of the response, else its time
  hasIds: boolean // the proof is made of ids, which every copy keeps; a time may be written anew
  isTimed: boolean
  isLong: boolean // long enough that nobody says the same twice by chance
  isAnswer: boolean // a person's or an agent's words stand between it and the response before
  tokens: number // of a response: as recorded, else about as many
}

/** A text of so many characters is not said twice by chance. Greetings, refusals and "Done." are shorter. */
export const LONG_CHARACTERS = 200

/** No response is longer; a log that says so does not know. */
const MAX_TOKENS = 2 ** 32

/** About so many characters make a token, where the log does not count. */
const CHARACTERS_PER_TOKEN = 4

/** The most that one message takes: two whole numbers of up to 53 bits among it. */
const MAX_BYTES = 1 + 8 + 8 + 8 + 8

/** So many bytes become text at a time: three of them are four characters. */
const PART_BYTES = 3 << 10

const [PROMPT, PROVEN, IDS, TIMED, LONG, ANSWER] = [1, 2, 4, 8, 16, 32]

/**
 * What copies of a row are known by, a few characters for each response that may be trained on and each prompt in front of one. No
 * text is kept: a print may wait in an index for ever.
 */
export function copyPrintOf({ messages, message_meta }: RolloutRow): string {
  const print = new Print()
  let prompts: Told[] = []
  let isAnswer = false
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!
    const meta = message_meta[i]!
    if (message.role === 'user' && meta.replay !== true) {
      isAnswer ||= meta.origin === 'human' || meta.origin === 'agent'
      prompts.push({ ...PROMPT_FACTS, at: i, words: wordsOf(message) })
    } else if (message.role === 'assistant') {
      if (meta.train) {
        for (const prompt of prompts) print.add(prompt)
        print.add(responseOf(i, message, meta, { isAnswer, before: messages[i - 1] }))
      }
      prompts = []
      isAnswer = false
    }
  }
  return print.finish()
}

const PROMPT_FACTS = { isPrompt: true, proof: null, hasIds: false, isTimed: false, isLong: false, isAnswer: false, tokens: 0 }

/** Read a print, one message after the other: of half a million of them all together would take more than the row. */
export function* toldIn(print: string): Iterable<Told> {
  const bytes = Buffer.from(print, 'base64')
  let from = 0
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[from++]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  const key = (): Key => {
    from += 8
    return [bytes.readInt32LE(from - 8), bytes.readInt32LE(from - 4)]
  }
  for (let at = 0; from < bytes.length; ) {
    const flags = bytes[from++]!
    const has = (flag: number) => (flags & flag) !== 0
    at += number()
    yield {
      at,
      words: key(),
      proof: has(PROVEN) ? key() : null,
      tokens: has(PROMPT) ? 0 : number(),
      isPrompt: has(PROMPT),
      hasIds: has(IDS),
      isTimed: has(TIMED),
      isLong: has(LONG),
      isAnswer: has(ANSWER),
    }
  }
}

/**
 * A print in the making: of each message flags, how far on it is, the words, then proof and tokens where there are any. It is kept for
 * every row of a store, and written as messages come, for of half a million of them what is told would take more than the row's index.
 */
class Print {
  private readonly bytes = Buffer.allocUnsafe(PART_BYTES + MAX_BYTES)
  private readonly parts: string[] = []
  private to = 0
  private before = 0

  add({ at, isPrompt, words, proof, hasIds, isTimed, isLong, isAnswer, tokens }: Told): void {
    this.bytes[this.to++] =
      (isPrompt ? PROMPT : 0) |
      (proof !== null ? PROVEN : 0) |
      (hasIds ? IDS : 0) |
      (isTimed ? TIMED : 0) |
      (isLong ? LONG : 0) |
      (isAnswer ? ANSWER : 0)
    this.put(at - this.before)
    this.putKey(words)
    if (proof !== null) this.putKey(proof)
    if (!isPrompt) this.put(tokens)
    this.before = at
    if (this.to < PART_BYTES) return
    this.parts.push(this.bytes.toString('base64', 0, PART_BYTES))
    this.to = this.bytes.copy(this.bytes, 0, PART_BYTES, this.to)
  }

  finish(): string {
    return this.parts.join('') + this.bytes.toString('base64', 0, this.to)
  }

  private put(number: number): void {
    for (; number >= 0x80; number = Math.floor(number / 0x80)) this.bytes[this.to++] = (number % 0x80) | 0x80
    this.bytes[this.to++] = number
  }

  private putKey([high, low]: Key): void {
    this.bytes.writeInt32LE(high, this.to)
    this.bytes.writeInt32LE(low, this.to + 4)
    this.to += 8
  }
}

function responseOf(at: number, message: Message, meta: MessageMeta, around: { isAnswer: boolean; before: Message | undefined }): Told {
  const words = wordsOf(message)
  const characters = charactersOf(message)
  // Who copies a response into a request keeps the ids of its calls, which results name, and not always its own.
  const calls = (message.tool_calls ?? []).map(({ id }) => id).filter(isUnique)
  const ids = calls.length > 0 ? calls : [meta.id ?? ''].filter(isUnique)
  const time = meta.timestamp === null ? Number.NaN : Date.parse(meta.timestamp)
  const isLong = characters >= LONG_CHARACTERS
  // Two sessions may say "Done." in the same second, but not to the same words.
  const asked = isLong || around.before === undefined ? [] : wordsOf(around.before).map(String)
  const proofs = ids.length > 0 ? ids : Number.isNaN(time) ? [] : [String(time), ...asked]
  const counted = meta.usage?.output_tokens ?? null
  return {
    at,
    isPrompt: false,
    words,
    proof: proofs.length === 0 ? null : keyOf(words, ...proofs),
    hasIds: ids.length > 0,
    isTimed: !Number.isNaN(time),
    isLong,
    isAnswer: around.isAnswer,
    tokens: Math.min(Math.max(0, Math.round(counted ?? Math.ceil(characters / CHARACTERS_PER_TOKEN))), MAX_TOKENS),
  }
}

/** Whether an id was drawn at random: a number counted up, or a name with a number, is given again in every session. */
export function isUnique(id: string): boolean {
  let length = 0 // of the part at hand, in which digits and letters may be
  let kinds = 0
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    if (unit === UNDERSCORE || unit === COLON || unit === TILDE || unit === HYPHEN) {
      length = kinds = 0
      continue
    }
    length++
    if (unit >= 0x30 && unit <= 0x39) kinds |= DIGIT
    else if ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a) kinds |= LETTER
    if (length >= LONG_PART || (length >= MIXED_PART && kinds === (DIGIT | LETTER))) return true
  }
  return false
}

/** What parts of an id are set apart by. */
const [UNDERSCORE, COLON, TILDE, HYPHEN] = [0x5f, 0x3a, 0x7e, 0x2d]
const [DIGIT, LETTER] = [1, 2]

/** A part of so many characters was drawn, and a shorter one that is of digits and letters. */
const [LONG_PART, MIXED_PART] = [16, 8]

function keyOf(words: Key, ...texts: readonly string[]): Key {
  const hash = new RollingHash()
  hash.number(words[0])
  hash.number(words[1])
  for (const text of texts) hash.text(text)
  return hash.state()
}

/** What was said, without the names a reader gave its calls. */
function wordsOf({ role, content, reasoning_content, tool_calls = [] }: Message): Key {
  const hash = new RollingHash()
  hash.text(role)
  hash.whole(reasoning_content ?? '')
  for (const block of content)
    if (typeof block['text'] === 'string') hash.whole(block['text'])
    else hash.json(block)
  for (const { function: called } of tool_calls) {
    hash.text(called.name)
    hash.whole(called.arguments)
  }
  return hash.state()
}

/** How much was said, thought and called. */
export function charactersOf({ content, reasoning_content, tool_calls = [] }: Message): number {
  const lengths = [
    reasoning_content?.length ?? 0,
    ...content.map(block => (typeof block['text'] === 'string' ? block['text'].length : 0)),
    ...tool_calls.map(({ function: called }) => called.name.length + called.arguments.length),
  ]
  return lengths.reduce((sum, length) => sum + length, 0)
}
