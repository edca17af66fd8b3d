import { messageOf } from '../../../errors.ts'
import { isObject, type JsonObject } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Source } from '../../log/source.ts'
import { openStore } from './database.ts'
import type { UnitHint } from './discover.ts'
import { sessionRows } from './facts.ts'
import { readGateway } from './gateway.ts'
import { kinshipInStore } from './kinship.ts'
import { parseExport } from './parse-export.ts'
import { readTrajectories } from './sharegpt.ts'
import { readSnapshot } from './snapshot.ts'
import { readStored } from './state-db.ts'
import { NO_KIN, type StoredSession } from './stored-session.ts'
import { mergeTwins } from './twins.ts'

/** Turn a unit into rows: a session told by up to three files, an export of many, or trajectories. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const hint = unit.hint as UnitHint
  const file = unit.files[0]!
  if (hint.kind === 'export') yield* parseExport(file, job)
  else if (hint.kind === 'trajectories') {
    for await (const session of readTrajectories(job.source, job.ledger, file)) yield* sessionRows(session, NO_KIN, session.id, job)
  } else if (hint.kind === 'stranger') job.ledger.settle(job.ledger.read(file, 1), 'noise', 'not a Hermes Agent log')
  else yield* parseSession(unit, hint, job)
}

async function* parseSession(unit: Unit, hint: UnitHint, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { source, ledger } = job
  if (hint.store !== null && unit.member === undefined) await openStore(source, hint.store)
  const told: StoredSession[] = []
  const failures: { file: string; error: unknown }[] = []
  const readers: [string | null, (file: string) => Promise<StoredSession>][] = [
    [hint.store, path => readStored(source, ledger, path, unit.member!)],
    [hint.gateway, path => readGateway(source, ledger, path)],
    [hint.snapshot, path => readSnapshot(source, ledger, path)],
  ]
  for (const [path, read] of readers) {
    if (path === null) continue
    try {
      told.push(await read(path))
    } catch (error) {
      failures.push({ file: path, error })
    }
  }
  if (told.length === 0) throw failures[0]!.error
  const session = combined(told, job)
  for (const { file, error } of failures) session.diagnostics.push({ code: 'unreadable_twin', at: file, detail: messageOf(error) })
  const index = await indexEntry(source, hint.indexes, session.id)
  if (index !== null) {
    const known = Object.entries(session.header).filter(([, value]) => value !== null && value !== '')
    session.header = { ...session.header, ...fromIndex(index), ...Object.fromEntries(known), gateway_index: index }
  }
  const kinship = hint.store === null ? NO_KIN : await kinshipInStore(source, hint.store, session)
  yield* sessionRows(session, kinship, hint.id, job)
}

/** One session of what several stores say of it; the first is believed first. */
function combined(told: StoredSession[], { ledger }: ParseJob): StoredSession {
  const [first, ...others] = told
  const session = { ...first!, diagnostics: told.flatMap(one => one.diagnostics) }
  for (const other of others) {
    const { entries, added, differing } = mergeTwins(session.entries, other.entries, ledger)
    session.entries = entries
    session.systemPrompt ??= other.systemPrompt
    session.tools ??= other.tools
    const known = Object.entries(session.header).filter(([, value]) => value !== null && value !== '')
    session.header = { ...other.header, ...Object.fromEntries(known) }
    if (added > 0) session.diagnostics.push({ code: 'messages_from_twin', at: other.file, detail: { added } })
    if (differing > 0) session.diagnostics.push({ code: 'twin_differs', at: other.file, detail: { differing } })
  }
  if (others.length > 0) session.header = { ...session.header, merged_from: told.map(one => one.file) }
  return session
}

/** What `sessions.json` says of a session; it lists only the current one of each chat. */
async function indexEntry(source: Source, paths: readonly string[], id: string): Promise<JsonObject | null> {
  for (const path of paths) {
    const index = await source.shared(`hermes index ${path}`, () => readIndex(source, path))
    const found = index.get(id)
    if (found !== undefined) return found
  }
  return null
}

async function readIndex(source: Source, path: string): Promise<ReadonlyMap<string, JsonObject>> {
  const index = await source.json(path).catch(() => null)
  const entries = isObject(index) ? Object.values(index).filter(isObject) : []
  return new Map(
    entries.flatMap((entry): [string, JsonObject][] => (typeof entry['session_id'] === 'string' ? [[entry['session_id'], entry]] : [])),
  )
}

function fromIndex(entry: JsonObject): JsonObject {
  const taken = [
    'platform',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'estimated_cost_usd',
    'cost_status',
  ]
  return Object.fromEntries(taken.flatMap(key => (entry[key] === undefined ? [] : [[key, entry[key]]])))
}
