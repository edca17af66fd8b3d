import { createHash } from 'node:crypto'
import { writeJson } from '../../../json/exact.ts'
import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import type { SessionMeta } from './meta.ts'
import { readAside } from './threads.ts'

/** What is remembered of a parent to know its records by when they come again. */
export type Remembered = { turns: ReadonlySet<string>; records: ReadonlySet<string> }

/** Where a thread's own history begins, as an index into its entries, and how that was told. */
export type OwnStart = { index: number; evidence: 'ordinal' | 'parent' | 'recipient' | 'turn_id' | 'timestamp' } | null

/** How long after the first record a copied one may be stamped: copies are written in one go. */
const BURST_MS = 2000

/** Read a parent, once for each source, to know its records by. */
export function remember(source: Source, parentFile: string): Promise<Remembered> {
  return source.shared(`codex records ${parentFile}`, async () => {
    const turns = new Set<string>()
    const records = new Set<string>()
    for await (const entry of readAside(source, parentFile)) {
      if (entry.turn !== null) turns.add(entry.turn)
      if (isTelling(entry) || isCount(entry)) records.add(fingerprint(entry))
    }
    return { turns, records }
  })
}

/**
 * Find where the copy of the parent's history ends in a fork that carries one. Told by the recorded ordinal, else by what the parent's
 * file holds; without the parent by who is spoken to, by the time in turn ids, or by the pause after the copy was written. Null: unknown.
 */
export function findOwnStart(entries: readonly Entry[], meta: SessionMeta, parent: Remembered | null): OwnStart {
  if (meta.historyStart !== null) {
    const start = meta.historyStart
    const index = entries.findIndex((entry, i) => i > 0 && entry.ordinal !== null && entry.ordinal >= start)
    return { index: index < 0 ? entries.length : index, evidence: 'ordinal' }
  }
  if (parent !== null) return { index: endOfKnown(entries, parent), evidence: 'parent' }
  return byRecipient(entries, meta) ?? byTurnId(entries, meta) ?? byPause(entries)
}

/** Where what another file holds too ends, from the start of these entries on. */
export function endOfKnown(entries: readonly Entry[], parent: Remembered): number {
  let end = Math.min(1, entries.length)
  for (let i = 1; i < entries.length; i++) {
    const entry = entries[i]!
    if (entry.kind === 'meta') end = i + 1
    else if (entry.turn !== null) {
      if (!parent.turns.has(entry.turn)) return i
      end = i + 1
    } else if (isTelling(entry)) {
      if (!parent.records.has(fingerprint(entry))) return end
      end = i + 1
    } else if (isCount(entry) && parent.records.has(fingerprint(entry))) end = i + 1
  }
  return entries.length
}

function byRecipient(entries: readonly Entry[], meta: SessionMeta): OwnStart {
  if (meta.agentPath === null) return null
  const at = entries.findIndex(entry => entry.type === 'agent_message' && entry.payload['recipient'] === meta.agentPath)
  if (at < 0) return null
  const start = entries.findLastIndex((entry, i) => i < at && (entry.type === 'task_started' || entry.type === 'turn_started'))
  const isOwnTask = start > 0 && !entries.slice(start, at).some(isTelling)
  return { index: isOwnTask ? start : at, evidence: 'recipient' }
}

function byTurnId(entries: readonly Entry[], meta: SessionMeta): OwnStart {
  const created = timeOf(meta.id) ?? Date.parse(meta.timestamp ?? '')
  if (Number.isNaN(created)) return null
  const index = entries.findIndex((entry, i) => i > 0 && (timeOf(entry.turn) ?? 0) >= created)
  return index < 0 ? null : { index, evidence: 'turn_id' }
}

function byPause(entries: readonly Entry[]): OwnStart {
  const first = Date.parse(entries[0]?.timestamp ?? '')
  const index = entries.findIndex(entry => Date.parse(entry.timestamp ?? '') - first > BURST_MS)
  return index < 0 ? null : { index, evidence: 'timestamp' }
}

/** Whether an entry has content that tells it from others. */
function isTelling(entry: Entry): boolean {
  return entry.kind === 'item' || entry.type === 'user_message' || entry.type === 'agent_message' || entry.type === 'agent_reasoning'
}

/** Whether an entry counts tokens: behind the last thing that was copied its count was copied too. */
function isCount({ kind, type }: Entry): boolean {
  return kind === 'usage' || type === 'token_count'
}

function fingerprint(entry: Entry): string {
  return createHash('sha1')
    .update(`${entry.type} ${writeJson(entry.payload)}`)
    .digest('base64')
}

/** Milliseconds in a UUID of version 7; null for other ids. */
function timeOf(id: string | null): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab]/i.exec(id ?? '')
  return match === null ? null : Number.parseInt(match[1]! + match[2]!, 16)
}
