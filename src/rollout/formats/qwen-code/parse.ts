import { stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { idOf, isQwenRecord, payloadOf } from './entry.ts'
import { kinOf, sessionOf } from './lineage.ts'
import { historyOf, pathsOf, sentOf } from './paths.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row, and one for each path that was left where all branches are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const entries = await readEntries(job, file, { isRecord: isQwenRecord, idOf })
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

function rowOf(
  job: ParseJob,
  file: string,
  entries: readonly Entry[],
  path: { before: readonly Entry[]; own: readonly Entry[] },
  history: Entry[] | null,
): RolloutRow {
  const known = (key: string) => entries.map(({ record }) => stringOrNull(record[key])).find(found => found !== null) ?? null
  const { isAgent, parent, relation } = kinOf(file, entries)
  const dialogue = new ChatDialogue(job.ledger, file, isAgent ? 'agent' : 'human')
  const teller = new Teller(dialogue, job.ledger)
  for (const entry of history ?? []) teller.tell(entry, false)
  for (const entry of path.before) teller.tell(entry, true)
  for (const entry of path.own) teller.tell(entry, false)
  const said = dialogue.finish()
  const id = sessionOf(file, entries, isAgent)
  const titles = [...path.before, ...path.own].map(({ record }) => stringOrNull(payloadOf(record)['customTitle']))
  const title = titles.findLast(found => found !== null) ?? null
  const notes: { [subtype: string]: number } = {}
  for (const { record } of entries)
    if (record['type'] === 'system' && typeof record['subtype'] === 'string') countOwn(notes, record['subtype'])
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'qwen_code',
      source_path: job.source.absolute(file),
      root_session_id: parent ?? id,
      agent_id: isAgent ? (known('agentId') ?? id) : null,
      is_sidechain: isAgent,
      cwd: known('cwd'),
      git_branch: known('gitBranch'),
      timestamps: path.own.flatMap(({ record }) => stringOrNull(record['timestamp']) ?? []),
      source_meta: {
        session_id: known('sessionId'),
        version: known('version'),
        ...(title === null ? {} : { title }),
        ...(Object.keys(notes).length > 0 ? { notes } : {}),
      },
      parent_trace_id: parent,
      relation,
      outcome: outcomeOfEnd(said, teller.ending),
    },
    said,
  )
}
