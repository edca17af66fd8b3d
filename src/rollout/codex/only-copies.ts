import { isObject, type Json, stringOrNull } from '../../json.ts'
import { textOf } from '../blocks.ts'
import { toBlocks } from './content.ts'
import type { Entry } from './entry.ts'
import { typedText, type Voices } from './voices.ts'

/**
 * Events repeat what response items say. These are the ones that do not: thoughts and words of a response that was interrupted before
 * its items were written, or everything, in a log that has no items.
 */
export function findOnlyCopies(entries: readonly Entry[], voices: Voices): Set<Entry> {
  const found = new Set<Entry>()
  const hasRequests = entries.some(entry => entry.kind === 'item' && voices.isRequest(entry))
  let turn: Entry[] = []
  const endTurn = () => {
    for (const entry of surplusOf(turn, thoughtsIn, thoughtsReported, false)) found.add(entry)
    for (const entry of surplusOf(turn, wordsIn, wordsReported, true)) found.add(entry)
    turn = []
  }
  for (const entry of entries) {
    if (entry.kind === 'item' && voices.isRequest(entry)) endTurn()
    if (!hasRequests && typedText(entry) !== null) found.add(entry)
    turn.push(entry)
  }
  endTurn()
  return found
}

/** Events of a turn whose texts no item of the turn has. `pairs`: an item left over may be the event's, in words that differ. */
function surplusOf(
  turn: readonly Entry[],
  inItem: (entry: Entry) => string[],
  inEvent: (entry: Entry) => string[],
  pairs: boolean,
): Iterable<Entry> {
  const texts = new Map<string, number>()
  let left = 0
  for (const entry of turn)
    for (const text of inItem(entry)) {
      texts.set(text, (texts.get(text) ?? 0) + 1)
      left++
    }
  const take = (text: string) => {
    const count = texts.get(text) ?? 0
    if (count > 0) texts.set(text, count - 1)
    if (count > 0) left--
    return count > 0
  }
  const unmatched = turn.filter(entry => inEvent(entry).filter(text => !take(text)).length > 0)
  return pairs ? unmatched.slice(left) : unmatched
}

function thoughtsIn(entry: Entry): string[] {
  if (entry.kind !== 'item' || entry.type !== 'reasoning') return []
  const parts = [...texts(entry.payload['summary']), ...texts(entry.payload['content'])]
  return parts.length > 1 ? [...parts, parts.join('\n\n')] : parts
}

/** The thoughts an event reports. */
export function thoughtsReported(entry: Entry): string[] {
  if (entry.kind !== 'event') return []
  if (entry.type === 'agent_reasoning' || entry.type === 'agent_reasoning_raw_content') return texts([entry.payload['text'] ?? null])
  const item = entry.payload['item']
  if (entry.type !== 'item_completed' || !isObject(item) || item['type'] !== 'Reasoning') return []
  return [...texts(item['summary_text']), ...texts(item['raw_content'])]
}

function wordsIn(entry: Entry): string[] {
  if (entry.kind !== 'item' || entry.type !== 'message' || entry.payload['role'] !== 'assistant') return []
  return texts([textOf(toBlocks(entry.payload['content']))])
}

/** The words of the model that an event reports. */
export function wordsReported(entry: Entry): string[] {
  if (entry.kind !== 'event') return []
  if (entry.type === 'agent_message') return texts([entry.payload['message'] ?? null])
  const item = entry.payload['item']
  if (entry.type !== 'item_completed' || !isObject(item) || item['type'] !== 'AgentMessage') return []
  return texts([textOf(toBlocks(item['content']))])
}

/** Texts of strings, or of objects that have a text. */
export function texts(value: Json | undefined): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap(part => stringOrNull(isObject(part) ? part['text'] : part) ?? [])
}
