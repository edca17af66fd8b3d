import { isObject, type Json, stringOrNull } from '../../../../json/json.ts'
import { textOf } from '../../../conversation/blocks.ts'
import { TextBag } from '../../../conversation/text-bag.ts'
import { toBlocks } from '../content.ts'
import type { Entry } from '../entry.ts'
import { typedText, type Voices } from './voices.ts'

/**
 * Events repeat what response items say. These are the ones that do not: thoughts and words of a response that was interrupted before
 * its items were written, or everything, in a log that has no items.
 */
export function findOnlyCopies(entries: readonly Entry[], voices: Voices): Set<Entry> {
  const found = new Set<Entry>()
  const hasRequests = entries.some(entry => entry.kind === 'item' && voices.isRequest(entry))
  let items: Entry[] = []
  let events: Entry[] = []
  const endTurn = () => {
    if (events.length > 0) {
      for (const entry of surplusOf(events, thoughtsReported, items, thoughtsIn, false)) found.add(entry)
      for (const entry of surplusOf(events, wordsReported, items, wordsIn, true)) found.add(entry)
    }
    items = []
    events = []
  }
  for (const entry of entries) {
    if (entry.kind === 'item') {
      if (voices.isRequest(entry)) endTurn()
      else items.push(entry)
    } else if (entry.kind === 'event') {
      if (!hasRequests && typedText(entry) !== null) found.add(entry)
      events.push(entry)
    }
  }
  endTurn()
  return found
}

/** Events of a turn whose texts no item of the turn has. `pairs`: an item left over may be the event's, in words that differ. */
function surplusOf(
  events: readonly Entry[],
  inEvent: (entry: Entry) => string[],
  items: readonly Entry[],
  inItem: (entry: Entry) => string[],
  pairs: boolean,
): Iterable<Entry> {
  const reports = events.map(entry => ({ entry, texts: inEvent(entry) })).filter(({ texts }) => texts.length > 0)
  if (reports.length === 0) return []
  const said = new TextBag()
  for (const entry of items) for (const text of inItem(entry)) said.add(text)
  const unmatched = reports.filter(({ texts }) => texts.filter(text => !said.take(text)).length > 0).map(({ entry }) => entry)
  return pairs ? unmatched.slice(said.size) : unmatched
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
  const found: string[] = []
  if (!Array.isArray(value)) return found
  for (const part of value) {
    const text = stringOrNull(isObject(part) ? part['text'] : part)
    if (text !== null) found.push(text)
  }
  return found
}
