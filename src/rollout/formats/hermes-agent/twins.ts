import { isObject, type Json } from '../../../json/json.ts'
import type { Ledger } from '../../log/ledger.ts'
import { align } from './align.ts'
import { contentOf, type Entry, identityOf } from './entry.ts'
import { isSummary } from './harness.ts'

/** What two records of one session give together. */
export type Merged = {
  entries: Entry[]
  added: number // messages only the second record has
  differing: number // messages of the second record that stand where the first has others
}

/**
 * Lay a second record of the same session beside the first. Where both hold a message it is taken once, with the fields of both;
 * the second adds messages only where the first has none. Its own records are settled here.
 */
export function mergeTwins(first: readonly Entry[], twin: readonly Entry[], ledger: Ledger): Merged {
  const second = first.some(isSettings) ? twin.filter(entry => !isSettings(entry)) : twin
  for (const entry of twin) if (isSettings(entry)) ledger.settle(entry.place, 'metadata', 'session settings')
  const merged: Merged = { entries: [], added: 0, differing: 0 }
  let [a, b] = [0, 0]
  for (const [nextA, nextB] of [...pairsOf(first, second), [first.length, second.length] as const]) {
    const ours = first.slice(a, nextA)
    const theirs = second.slice(b, nextB)
    if (ours.some(isSummarised) && ours.every(entry => isSummarised(entry) || isSettings(entry))) {
      // The first record was compacted since: the second still has what the summary stands for.
      merged.entries.push(...theirs.map(entry => ({ ...entry, state: 'archived' as const })), ...ours)
      merged.added += theirs.length
    } else if (ours.every(isSettings) || theirs.every(isSummarised)) {
      merged.entries.push(...ours, ...theirs)
      merged.added += theirs.length
    } else {
      merged.entries.push(...ours)
      for (const { place } of theirs) ledger.settle(place, 'abandoned', 'another record of the session tells this otherwise')
      merged.differing += theirs.length
    }
    if (nextA < first.length) merged.entries.push(join(first[nextA]!, second[nextB]!, ledger))
    ;[a, b] = [nextA + 1, nextB + 1]
  }
  return merged
}

/** Which messages are the same. The same one may be told differently (redacted, thinking left in): then role and opening words still agree. */
function pairsOf(first: readonly Entry[], second: readonly Entry[]): [number, number][] {
  const pairs: [number, number][] = []
  let [a, b] = [0, 0]
  for (const [nextA, nextB] of [...align(first.map(identityOf), second.map(identityOf)), [first.length, second.length] as const]) {
    const loose = align(first.slice(a, nextA).map(looseIdentity), second.slice(b, nextB).map(looseIdentity))
    for (const [i, j] of loose) pairs.push([a + i, b + j])
    if (nextA < first.length) pairs.push([nextA, nextB])
    ;[a, b] = [nextA + 1, nextB + 1]
  }
  return pairs
}

/** Settings rows are no part of what was said. */
function isSettings({ record }: Entry): boolean {
  return record['role'] === 'session_meta'
}

function isSummarised({ record }: Entry): boolean {
  return isSummary(record)
}

function join(entry: Entry, twin: Entry, ledger: Ledger): Entry {
  const missing = Object.entries(twin.record).filter(([key, value]) => isKnown(value) && !isKnown(entry.record[key]))
  if (missing.length === 0) {
    ledger.settle(twin.place, 'replay', 'another record of the same message')
    return entry
  }
  ledger.settle(twin.place, 'merged', 'adds to another record of the same message')
  // Calls that come from the twin must be cut from the twin's text.
  const text = missing.some(([key]) => key === 'tool_calls') ? twin.text : entry.text
  return { ...entry, text, record: { ...entry.record, ...Object.fromEntries(missing) } }
}

function isKnown(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

function looseIdentity({ record }: Entry): string {
  const content = contentOf(record)
  const text = typeof content === 'string' ? content : Array.isArray(content) ? content.map(partText).join(' ') : ''
  const said = text.replace(/<(think|REASONING_SCRATCHPAD)>[\s\S]*?<\/\1>/gi, '').replace(/\s+/g, ' ')
  return `${String(record['role'])} ${said.trim().slice(0, 40)}`
}

function partText(part: Json): string {
  return isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''
}
