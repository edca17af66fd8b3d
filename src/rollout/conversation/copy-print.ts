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
const LONG_CHARACTERS = 200

/** No response is longer; a log that says so does not know. */
const MAX_TOKENS = 2 ** 32

/** About so many characters make a token, where the log does not count. */
const CHARACTERS_PER_TOKEN = 4

/** The most that one message takes: two whole numbers of up to 53 bits among it. */
const MAX_BYTES = 1 + 8 + 8 + 8 + 8

const [PROMPT, PROVEN, IDS, TIMED, LONG, ANSWER] = [1, 2, 4, 8, 16, 32]

/**
 * What copies of a row are known by, a few characters for each response that may be trained on and each prompt in front of one. No
 * text is kept: a print may wait in an index for ever.
 */
export function copyPrintOf({ messages, message_meta }: RolloutRow): string {
  const told: Told[] = []
  let prompts: Told[] = []
  let isAnswer = false
  for (let i = 0; i < messages.length; i++) {
    const [message, meta] = [messages[i]!, message_meta[i]!]
    if (message.role === 'user' && meta.replay !== true) {
      isAnswer ||= meta.origin === 'human' || meta.origin === 'agent'
      prompts.push({ ...PROMPT_FACTS, at: i, words: wordsOf(message) })
    } else if (message.role === 'assistant') {
      if (meta.train) told.push(...prompts, responseOf(i, message, meta, { isAnswer, before: messages[i - 1] }))
      prompts = []
      isAnswer = false
    }
  }
  return packed(told)
}

const PROMPT_FACTS = { isPrompt: true, proof: null, hasIds: false, isTimed: false, isLong: false, isAnswer: false, tokens: 0 }

/** Read a print. */
export function toldIn(print: string): Told[] {
  const bytes = Buffer.from(print, 'base64')
  const told: Told[] = []
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
  for (let before = 0; from < bytes.length; before = told.at(-1)!.at) {
    const flags = bytes[from++]!
    const has = (flag: number) => (flags & flag) !== 0
    told.push({
      at: before + number(),
      words: key(),
      proof: has(PROVEN) ? key() : null,
      tokens: has(PROMPT) ? 0 : number(),
      isPrompt: has(PROMPT),
      hasIds: has(IDS),
      isTimed: has(TIMED),
      isLong: has(LONG),
      isAnswer: has(ANSWER),
    })
  }
  return told
}

/** Flags, how far on the message is, the words, then proof and tokens where there are any. A print is kept for every row of a store. */
function packed(told: readonly Told[]): string {
  const bytes = Buffer.allocUnsafe(told.length * MAX_BYTES)
  let to = 0
  const put = (number: number): void => {
    for (; number >= 0x80; number = Math.floor(number / 0x80)) bytes[to++] = (number % 0x80) | 0x80
    bytes[to++] = number
  }
  const putKey = ([high, low]: Key): void => {
    bytes.writeInt32LE(high, to)
    bytes.writeInt32LE(low, to + 4)
    to += 8
  }
  let before = 0
  for (const { at, isPrompt, words, proof, hasIds, isTimed, isLong, isAnswer, tokens } of told) {
    const flags: [boolean, number][] = [
      [isPrompt, PROMPT],
      [proof !== null, PROVEN],
      [hasIds, IDS],
      [isTimed, TIMED],
      [isLong, LONG],
      [isAnswer, ANSWER],
    ]
    bytes[to++] = flags.reduce((sum, [is, flag]) => (is ? sum | flag : sum), 0)
    put(at - before)
    putKey(words)
    if (proof !== null) putKey(proof)
    if (!isPrompt) put(tokens)
    before = at
  }
  return bytes.toString('base64', 0, to)
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
  const parts = id.split(/[_:~-]+/)
  return parts.some(part => part.length >= 16 || (part.length >= 8 && /\d/.test(part) && /[a-z]/i.test(part)))
}

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

function charactersOf({ content, reasoning_content, tool_calls = [] }: Message): number {
  const lengths = [
    reasoning_content?.length ?? 0,
    ...content.map(block => (typeof block['text'] === 'string' ? block['text'].length : 0)),
    ...tool_calls.map(({ function: called }) => called.name.length + called.arguments.length),
  ]
  return lengths.reduce((sum, length) => sum + length, 0)
}
