import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { isQwenRecord, payloadOf } from './entry.ts'
import { Teller } from './tell.ts'
import { pathsOf } from './tree.ts'

/** Turn a session into its row, and one for each path that was left where all branches are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const entries = await readEntries(job, file, { isRecord: isQwenRecord })
  const { active, left } = pathsOf(entries)
  const isSent = job.options.context === 'as_sent'
  yield { row: rowOf(job, file, entries, { own: isSent ? sentOf(active, job) : active, before: [] }, isSent ? historyOf(active) : null) }
  for (const path of left)
    if (job.options.branches === 'all' && path.own.some(({ record }) => record['type'] !== 'system')) {
      const row = rowOf(job, file, entries, path, null)
      const id = `${row.trace_id}#${stringOrNull(path.own[0]!.record['uuid']) ?? path.own[0]!.place.line}`
      yield { row: { ...row, trace_id: id, parent_trace_id: row.trace_id, relation: 'branch' } }
    } else for (const { place } of path.own) job.ledger.settle(place, 'abandoned', 'path that was left')
}

const isCompression = ({ record }: Entry) =>
  record['subtype'] === 'chat_compression' && Array.isArray(payloadOf(record)['compressedHistory'])

/** What followed the last compaction. */
function sentOf(path: readonly Entry[], { ledger }: ParseJob): Entry[] {
  const at = path.findLastIndex(isCompression)
  if (at < 0) return [...path]
  for (const { place } of path.slice(0, at)) ledger.settle(place, 'metadata', 'before the last compaction')
  return path.slice(at + 1)
}

/** The history that the last compaction left, as it was sent. */
function historyOf(path: readonly Entry[]): Entry[] | null {
  const last = path.findLast(isCompression)
  if (last === undefined) return null
  const history = payloadOf(last.record)['compressedHistory']
  return (Array.isArray(history) ? history : []).filter(isObject).map(message => ({
    place: last.place,
    record: {
      type: message['role'] === 'model' ? 'assistant' : 'user',
      subtype: message['role'] === 'model' ? null : 'compaction',
      message,
    },
    text: null,
  }))
}

function rowOf(
  job: ParseJob,
  file: string,
  entries: readonly Entry[],
  path: { before: readonly Entry[]; own: readonly Entry[] },
  history: Entry[] | null,
): RolloutRow {
  const known = (key: string) => entries.map(({ record }) => stringOrNull(record[key])).find(found => found !== null) ?? null
  const agent = /\/subagents\/([^/]+)\/[^/]+$/.exec(file)
  const parent = agent?.[1] ?? null
  const isAgent = parent !== null || entries.some(({ record }) => record['isSidechain'] === true)
  const dialogue = new ChatDialogue(job.ledger, file, isAgent ? 'agent' : 'human')
  const teller = new Teller(dialogue, job.ledger)
  for (const entry of history ?? []) teller.tell(entry, false)
  for (const entry of path.before) teller.tell(entry, true)
  for (const entry of path.own) teller.tell(entry, false)
  const said = dialogue.finish()
  const id = isAgent ? posix.basename(file, '.jsonl') : (known('sessionId') ?? posix.basename(file, '.jsonl'))
  const fork = entries.map(({ record }) => record['forkedFrom']).find(isObject)
  const forkedFrom = fork === undefined ? null : stringOrNull((fork as JsonObject)['sessionId'])
  const notes: { [subtype: string]: number } = {}
  for (const { record } of entries)
    if (record['type'] === 'system' && typeof record['subtype'] === 'string') countOwn(notes, record['subtype'])
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'qwen_code',
      source_path: job.source.absolute(file),
      root_session_id: parent ?? forkedFrom ?? id,
      agent_id: isAgent ? (known('agentId') ?? id) : null,
      is_sidechain: isAgent,
      cwd: known('cwd'),
      git_branch: known('gitBranch'),
      timestamps: path.own.flatMap(({ record }) => stringOrNull(record['timestamp']) ?? []),
      source_meta: { session_id: known('sessionId'), version: known('version'), ...(Object.keys(notes).length > 0 ? { notes } : {}) },
      parent_trace_id: parent ?? forkedFrom,
      relation: isAgent ? 'subagent' : forkedFrom === null ? null : 'fork',
      outcome: outcomeOfEnd(said, teller.ending),
    },
    said,
  )
}
