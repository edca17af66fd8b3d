import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Block } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Place } from '../../log/ledger.ts'
import { blockOf } from './content.ts'
import { isCall, type RawArguments } from './raw-arguments.ts'

/** A piece of a model's turn, in the order the model gave it. */
export type Part =
  | { type: 'thinking'; text: string; kind: 'full' | 'summary' }
  | { type: 'hidden'; kind: 'encrypted' | 'redacted' }
  | { type: 'text'; block: Block }
  | { type: 'call'; id: string | null; name: string; args: string }

/** The pieces of an assistant message; empty ones are left out, signatures are not text. */
export function partsOf(message: JsonObject, raw: RawArguments): Part[] {
  const { content } = message
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', block: { type: 'text', text: content } }]
  const blocks = Array.isArray(content) ? content : isObject(content) ? [content] : []
  // What the Responses API shows of its reasoning is always a summary.
  const kind = /responses$/.test(stringOrNull(message['api']) ?? '') ? ('summary' as const) : ('full' as const)
  return blocks.flatMap((block): Part[] => partOf(block, raw, kind))
}

function partOf(block: Json, raw: RawArguments, kind: 'full' | 'summary'): Part[] {
  if (typeof block === 'string') return block === '' ? [] : [{ type: 'text', block: { type: 'text', text: block } }]
  if (!isObject(block)) return []
  if (isCall(block)) return [{ type: 'call', id: stringOrNull(block['id']), name: stringOrNull(block['name']) ?? '', args: raw.of(block) }]
  if (block['type'] === 'redactedThinking') return [{ type: 'hidden', kind: 'redacted' }]
  if (block['type'] === 'thinking') return thinkingOf(block, kind)
  return block['type'] === 'text' && block['text'] === '' ? [] : [{ type: 'text', block: blockOf(block) }]
}

function thinkingOf(block: JsonObject, kind: 'full' | 'summary'): Part[] {
  // Pi puts a note of its own where the provider hid the text.
  if (block['redacted'] === true) return [{ type: 'hidden', kind: 'redacted' }]
  const text = stringOrNull(block['thinking'])
  if (text !== null) return [{ type: 'thinking', text, kind }]
  return stringOrNull(block['thinkingSignature']) === null ? [] : [{ type: 'hidden', kind: 'encrypted' }]
}

/** Told of each call: its id as written, its id in the row, its tool. */
type OnCall = (written: string | null, inRow: string, name: string) => void

/** Put the pieces into a turn. Gives the order of the pieces where the turn's own fields cannot show it. */
export function fillTurn(turn: Turn, parts: readonly Part[], place: Place, onCall: OnCall): Json | null {
  const order = parts.map((part): JsonObject => {
    if (part.type === 'thinking') {
      turn.think(part.text, part.kind)
      return { type: 'thinking', length: part.text.length }
    }
    if (part.type === 'hidden') {
      turn.thinkHidden(part.kind)
      return { type: 'thinking', hidden: part.kind }
    }
    if (part.type === 'text') {
      turn.say(part.block)
      return { type: 'content' }
    }
    const id = turn.call(part.id, part.name, part.args, place)
    onCall(part.id, id, part.name)
    return { type: 'tool_call', id }
  })
  return isPlain(parts) ? null : order
}

const RANKS = { thinking: 0, hidden: 0, text: 1, call: 2 }

/** Whether the pieces stand as a message shows them anyway: at most one thought, then content, then calls. */
function isPlain(parts: readonly Part[]): boolean {
  const ranks = parts.map(({ type }) => RANKS[type])
  return ranks.filter(rank => rank === 0).length <= 1 && ranks.every((rank, i) => i === 0 || rank >= ranks[i - 1]!)
}
