import { charactersOf, isUnique, LONG_CHARACTERS } from './copy-print.ts'
import { RollingHash } from './rolling-hash.ts'
import type { Block, Message, MessageMeta, RolloutRow } from './row.ts'

/**
 * A fingerprint of a session, a few characters for each piece of what was said, and the state in which it was found: but for that,
 * the print of a session as far as it had come is the start of the print of the whole session.
 */
export function printOf(row: RolloutRow): string {
  const { messages, message_meta, cwd, git_branch, tools, ended_at, diagnostics } = row
  const hash = new RollingHash()
  hash.text(cwd)
  hash.text(git_branch)
  for (const { function: tool } of tools.schemas) hash.text(tool.name)
  let pieces = 0
  for (const message of messages) pieces += piecesOf(message)
  const print = Buffer.allocUnsafe(1 + PIECE * pieces + 1 + PIECE)
  let at = print.write(proofIn(row), 0, 'latin1')
  const endPiece = (): void => {
    hash.write(print, at)
    at += PIECE
  }
  for (let i = 0; i < messages.length; i++) addMessage(hash, messages[i]!, message_meta[i]!, endPiece)
  at += print.write(END, at, 'latin1')
  const state = new RollingHash()
  state.text(ended_at)
  for (const { code } of diagnostics) state.text(code)
  state.write(print, at)
  return print.toString('latin1')
}

/** Characters of a print that stand for one piece. */
const PIECE = 6

/**
 * The first character of a print says whether anything in the row could only be in a copy of it: a response with its time or its id; an
 * id of the row that was drawn at random, or so many words that nobody says them twice by chance.
 */
const [DATED, WORDED, UNPROVEN] = ['+', '*', '-']

/** What stands between the pieces and the state in which the session was found. */
const END = '.'

/** Whether a print is of a session as far as it had come when it was copied. */
export function isStartOf(print: string, whole: string): boolean {
  return print[0] !== UNPROVEN && whole.startsWith(piecesIn(print).slice(1), 1)
}

/** Whether two prints are of the same session in the same state. */
export function isSamePrint(one: string, other: string): boolean {
  return one.length === other.length && one.slice(1) === other.slice(1)
}

/** What a name is made of for a row whose own is taken. */
export function namePart(print: string): string {
  return print[0] === WORDED ? UNPROVEN + print.slice(1) : print
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

/** How many pieces each message is of. */
export function pieceCounts(messages: readonly Message[]): number[] {
  return messages.map(piecesOf)
}

/** How many messages at the start of a row lie whole in the pieces it shares; none unless one of them, or its id, can only be in a copy. */
export function sharedMessages(
  pieceCounts: readonly number[],
  { trace_id, message_meta }: Pick<RolloutRow, 'trace_id' | 'message_meta'>,
  pieces: number,
): number {
  let left = pieces
  let count = 0
  for (const own of pieceCounts) {
    left -= own
    if (left < 0) break
    count++
  }
  const shared = message_meta.slice(0, count)
  return shared.some(isDated) || (isUnique(trace_id) && shared.some(isSaid)) ? count : 0
}

function proofIn({ trace_id, messages, message_meta }: RolloutRow): string {
  if (message_meta.some(isDated)) return DATED
  let said = 0
  for (let i = 0; i < messages.length; i++) {
    if (!isSaid(message_meta[i]!)) continue
    said += charactersOf(messages[i]!)
    if (said >= LONG_CHARACTERS || isUnique(trace_id)) return WORDED
  }
  return UNPROVEN
}

function isSaid({ origin }: MessageMeta): boolean {
  return origin === 'model'
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
function addMessage(hash: RollingHash, message: Message, meta: MessageMeta, endPiece: () => void): void {
  const { role, content, reasoning_content, tool_calls, tool_call_id } = message
  hash.text(role)
  hash.text(tool_call_id)
  hash.number(meta.record ?? 0)
  hash.text(meta.timestamp)
  hash.text(meta.origin)
  hash.text(meta.id)
  hash.text(meta.model)
  hash.json(meta.extra)
  if (role !== 'assistant') {
    for (const block of content) addBlock(hash, block)
    endPiece()
    return
  }
  endPiece()
  if (reasoning_content !== undefined) {
    hash.text(reasoning_content)
    endPiece()
  }
  for (const block of content) {
    addBlock(hash, block)
    endPiece()
  }
  for (const { id, function: called } of tool_calls ?? []) {
    hash.text(id)
    hash.text(called.name)
    hash.text(called.arguments)
    endPiece()
  }
}

function addBlock(hash: RollingHash, block: Block): void {
  if (typeof block['text'] === 'string') hash.text(block['text'])
  else hash.json(block)
}
