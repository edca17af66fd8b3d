import { RollingHash } from './rolling-hash.ts'
import type { Block, Message, MessageMeta, RolloutRow } from './row.ts'

/** Of a long text this much of its start and of its end is looked at. */
const END_CHARACTERS = 96

/** Characters of a print that stand for one piece. */
const PIECE = 6

/** The first character of a print says whether anything in the row could only be in a copy of it. */
const [DATED, UNDATED] = ['+', '-']

/** What stands between the pieces and the state in which the session was found. */
const END = '.'

/**
 * A fingerprint of a session, a few characters for each piece of what was said, and the state in which it was found: but for that,
 * the print of a session as far as it had come is the start of the print of the whole session.
 */
export function printOf(row: RolloutRow): string {
  const { messages, message_meta, cwd, git_branch, tools, ended_at, diagnostics } = row
  const toolNames = tools.schemas.map(schema => schema.function.name)
  const hash = new RollingHash()
  hash.add(JSON.stringify([cwd, git_branch, toolNames]))
  let print = message_meta.some(isDated) ? DATED : UNDATED
  messages.forEach((message, i) => {
    for (const piece of pieces(message, message_meta[i]!)) {
      hash.add(piece)
      print += hash.letters
    }
  })
  const state = new RollingHash()
  state.add(JSON.stringify([ended_at, diagnostics.map(({ code }) => code)]))
  return `${print}${END}${state.letters}`
}

/** Whether a print is of a session as far as it had come when it was copied. */
export function isStartOf(print: string, whole: string): boolean {
  return print[0] === DATED && whole.startsWith(piecesIn(print))
}

/** How many pieces two prints share from their start. */
export function sharedPieces(a: string, b: string): number {
  const [one, other] = [piecesIn(a), piecesIn(b)]
  let at = 1
  while (at < Math.min(one.length, other.length) && one.slice(at, at + PIECE) === other.slice(at, at + PIECE)) at += PIECE
  return (at - 1) / PIECE
}

function piecesIn(print: string): string {
  return print.slice(0, print.indexOf(END))
}

/** How many messages at the start of a row lie whole in the pieces it shares; none unless one of them can only be in a copy. */
export function sharedMessages({ messages, message_meta }: RolloutRow, pieces: number): number {
  let left = pieces
  let count = 0
  for (const message of messages) {
    left -= piecesOf(message)
    if (left < 0) break
    count++
  }
  return message_meta.slice(0, count).some(isDated) ? count : 0
}

/** The same words can be said twice, but not by a model in a response of the same time or the same id. */
function isDated({ origin, timestamp, id }: MessageMeta): boolean {
  return origin === 'model' && (timestamp !== null || id !== undefined)
}

function piecesOf({ role, content, reasoning_content, tool_calls = [] }: Message): number {
  if (role !== 'assistant') return 1
  return 1 + (reasoning_content === undefined ? 0 : 1) + content.length + tool_calls.length
}

/** A response in the order in which it is written: a copy may break off between two pieces. Other messages are one piece. */
function* pieces(message: Message, { record, timestamp, origin, id, model, extra }: MessageMeta): Iterable<string> {
  const { role, content, reasoning_content, tool_calls = [], tool_call_id } = message
  const head = JSON.stringify([role, tool_call_id, record, timestamp, origin, id, model, extra])
  if (role !== 'assistant') {
    yield head + content.map(gistOf).join('\n')
    return
  }
  yield head
  if (reasoning_content !== undefined) yield gist(reasoning_content)
  for (const block of content) yield gistOf(block)
  for (const { id, function: called } of tool_calls) yield `${id} ${called.name} ${gist(called.arguments)}`
}

function gistOf(block: Block): string {
  return gist(typeof block['text'] === 'string' ? block['text'] : JSON.stringify(block))
}

/** Of a long text its length and both ends: two messages of one place, time and length do not differ in the middle alone. */
function gist(text: string): string {
  return text.length <= 2 * END_CHARACTERS ? text : `${text.length} ${text.slice(0, END_CHARACTERS)}${text.slice(-END_CHARACTERS)}`
}
