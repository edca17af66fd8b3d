import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import { isStep } from './entry.ts'
import { type Kin, kinOf, workingFolder } from './lineage.ts'
import { standing } from './paths.ts'
import { Teller } from './tell.ts'

/** Turn a transcript into its row, and one for each path that was left where all branches are asked for. */
export async function* parse({ files }: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = files[0]!
  const { ledger, options, source } = job
  const entries = await readEntries(job, file, { isRecord: isStep })
  // A file asked for alone is read whatever it is.
  if (!entries.some(({ record }) => isStep(record))) {
    for (const { place } of entries) ledger.settle(place, 'noise', 'not a step of Antigravity')
    return
  }
  const { steps, again, unsent, leftPaths } = standing(entries, options.context === 'as_sent')
  for (const { place } of again) ledger.settle(place, 'metadata', 'written again when it was done')
  for (const { place } of unsent) ledger.settle(place, 'metadata', 'before the last compaction')
  const id = idOf(file)
  const around: Around = { job, file, id, kin: await kinOf(source, file, id), cwd: await workingFolder(source, file, id) }
  if (options.branches === 'active')
    for (const { left } of leftPaths) for (const { place } of left) ledger.settle(place, 'abandoned', 'rewound')
  yield { row: rowOf([], steps, around) }
  if (options.branches === 'active') return
  for (const { before, left } of leftPaths) {
    const branch = { trace_id: `${id}#${left[0]!.place.line}`, parent_trace_id: id, relation: 'branch' as const }
    yield { row: { ...rowOf(before, left, around), ...branch } }
  }
}

type Around = { job: ParseJob; file: string; id: string; kin: Kin | null; cwd: string | null }

function rowOf(replayed: readonly Entry[], steps: readonly Entry[], { job, file, id, kin, cwd }: Around): RolloutRow {
  const dialogue = new ChatDialogue(job.ledger, file, kin === null ? 'human' : 'agent')
  const teller = new Teller(dialogue, job.ledger)
  for (const step of replayed) teller.tell(step, true)
  for (const step of steps) teller.tell(step)
  const said = dialogue.finish()
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'antigravity',
      source_path: job.source.absolute(file),
      root_session_id: kin?.root ?? id,
      agent_id: kin === null ? null : id,
      is_sidechain: kin !== null,
      cwd,
      source_meta: { conversation_id: id },
      parent_trace_id: kin?.parent ?? null,
      relation: kin === null ? null : 'subagent',
      spawn_tool_call_id: kin?.spawnCall ?? null,
      outcome: outcomeOfEnd(said, teller.ending),
      fidelity: { truncated_results: teller.truncated },
    },
    said,
  )
}

/** A conversation's id is the name of its folder; of a transcript that lies elsewhere its own. */
function idOf(file: string): string {
  return /(?:^|\/)([^/]+)\/\.system_generated\/logs\/[^/]+$/.exec(file)?.[1] ?? plainName(file).replace(/\.jsonl$/, '')
}
