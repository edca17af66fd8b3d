import { isObject } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { factsOf } from './facts.ts'
import { kinOf, parentOf } from './lineage.ts'
import { readThread } from './read.ts'
import { Teller } from './tell.ts'

/** Turn a thread into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const thread = await readThread(job, unit)
  const { id, file, head, entries, diagnostics } = thread
  const parent = parentOf(thread)
  const kin = parent === null ? { root: id, spawnCall: null } : await kinOf(job.source, thread, parent)
  const dialogue = new ChatDialogue(job.ledger, file, parent === null ? 'human' : 'agent')
  const teller = new Teller(dialogue, job.ledger, parent !== null)
  for (const entry of entries) teller.tell(entry)
  const said = dialogue.finish()
  if (isObject(head['exceeded_window_error'])) teller.ending.error = { error: 'exceeded_window_error', ...head['exceeded_window_error'] }
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'zed',
        source_path: job.source.absolute(file),
        root_session_id: kin.root,
        agent_id: parent === null ? null : id,
        is_sidechain: parent !== null,
        ...factsOf(thread),
        parent_trace_id: parent,
        relation: parent === null ? null : 'subagent',
        spawn_tool_call_id: kin.spawnCall,
        outcome: outcomeOfEnd(said, teller.ending),
        diagnostics,
      },
      said,
    ),
  }
}
