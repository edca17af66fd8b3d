import { posix } from 'node:path'
import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries, readListed } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import { isGeminiRecord } from './entry.ts'
import { type Lineage, lineageOf, workingFolder } from './lineage.ts'
import { History, type LeftPath, type Said } from './paths.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row, and one for each path that a rewind left where all branches are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const history = new History(job.ledger)
  const diagnostics = await read(job, file, history)
  const session = stringOrNull(history.head['sessionId']) ?? posix.basename(plainName(file)).replace(/\.jsonl?$/, '')
  const around: Around = {
    job,
    file,
    session,
    head: history.head,
    lineage: await lineageOf(job.source, file, session),
    cwd: await workingFolder(job.source, file, stringOrNull(history.head['projectHash'])),
    diagnostics,
  }
  const { options, ledger } = job
  if (options.branches === 'active')
    for (const said of history.rewound) for (const place of said.places) ledger.settle(place, 'abandoned', 'rewound')
  yield { row: options.context === 'as_sent' ? sentRow(history, around) : recordedRow(history, around) }
  if (options.branches === 'all') for (const path of history.leftPaths) yield { row: branchRow(path, around) }
}

type Around = {
  job: ParseJob
  file: string
  session: string
  head: JsonObject
  lineage: Lineage
  cwd: string | null
  diagnostics: Diagnostic[]
}

async function read(job: ParseJob, file: string, history: History): Promise<Diagnostic[]> {
  if (plainName(file).endsWith('.jsonl')) {
    for (const entry of await readEntries(job, file, { isRecord: isGeminiRecord })) history.take(entry)
    return []
  }
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  history.take({ place: headPlace, record: { sessionId: '', projectHash: '', ...head }, text: null })
  for (const entry of entries) history.take(entry)
  return diagnostics
}

/** Everything that was said and not rewound, in the order in which it was. */
function recordedRow(history: History, around: Around): RolloutRow {
  const { dialogue, teller } = begin(around)
  for (const event of history.events)
    if ('cut' in event) dialogue.cut(event.cut)
    else if (!history.rewound.has(event.said)) teller.tell(event.said, { isReplay: false, isLast: false })
  return rowOf(dialogue, teller, around)
}

/** What the model was given at the end. */
function sentRow(history: History, around: Around): RolloutRow {
  const { dialogue, teller } = begin(around)
  for (const said of history.current) teller.tell(said, { isReplay: false, isLast: true })
  const sent = new Set(history.current)
  for (const event of history.events)
    if ('said' in event && !sent.has(event.said) && !history.rewound.has(event.said)) settleUnsent(event.said, around)
  return rowOf(dialogue, teller, around)
}

function settleUnsent({ places }: Said, { job }: Around): void {
  for (const place of places) job.ledger.settle(place, 'metadata', 'before the last compaction')
}

function branchRow({ before, left }: LeftPath, around: Around): RolloutRow {
  const { dialogue, teller } = begin(around)
  const isLast = around.job.options.context === 'as_sent'
  for (const said of before) teller.tell(said, { isReplay: true, isLast })
  for (const said of left) teller.tell(said, { isReplay: false, isLast })
  const row = rowOf(dialogue, teller, around)
  return { ...row, trace_id: `${around.session}#${left[0]!.id}`, parent_trace_id: around.session, relation: 'branch' }
}

function begin({ job, file, head, lineage }: Around) {
  const isAgent = lineage.parent !== null || head['kind'] === 'subagent'
  const dialogue = new ChatDialogue(job.ledger, file, isAgent ? 'agent' : 'human')
  return { dialogue, teller: new Teller(dialogue, job.ledger) }
}

function rowOf(dialogue: ChatDialogue, teller: Teller, around: Around): RolloutRow {
  const { job, file, session, head, lineage, cwd, diagnostics } = around
  const said = dialogue.finish()
  const isAgent = lineage.parent !== null || head['kind'] === 'subagent'
  const folders = Array.isArray(head['directories']) ? head['directories'] : []
  return assembleRow(
    {
      trace_id: session,
      source_kind: 'gemini_cli',
      source_path: job.source.absolute(file),
      root_session_id: lineage.root ?? session,
      agent_id: isAgent ? session : null,
      is_sidechain: isAgent,
      cwd: cwd ?? (isAgent ? stringOrNull(folders[0]) : null),
      timestamps: [head['startTime'], head['lastUpdated']].flatMap(time => stringOrNull(time) ?? []),
      source_meta: { session_id: session, ...restOf(head, TOLD) },
      parent_trace_id: lineage.parent,
      relation: isAgent ? 'subagent' : null,
      spawn_tool_call_id: lineage.spawnCall,
      outcome: outcomeOfEnd(said, teller.ending),
      diagnostics,
    },
    said,
  )
}

const TOLD = new Set(['sessionId', 'startTime', 'lastUpdated', 'messages'])
