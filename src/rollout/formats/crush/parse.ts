import { posix } from 'node:path'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Source } from '../../log/source.ts'
import type { UnitHint } from './discover.ts'
import type { Message, Session } from './entry.ts'
import { rootOf } from './lineage.ts'
import { readSession } from './read.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const session = await readSession(job, unit)
  const { id, file, parent, spawnCall, usage, meta, times, diagnostics, messages } = session
  const dialogue = new ChatDialogue(job.ledger, file, parent === null ? 'human' : 'agent')
  const teller = new Teller(dialogue, job.ledger)
  const isSent = job.options.context === 'as_sent'
  const from = isSent ? messages.findIndex(message => message.row['id'] === session.summary) : -1
  messages.forEach((message, i) => {
    if (i < from) job.ledger.settle(message.entry.place, 'metadata', 'before the last compaction')
    else teller.tell(message, { isSummary: isSummary(session, message), isSent: isSent && i === from })
  })
  const said = dialogue.finish()
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'crush',
        source_path: job.source.absolute(file),
        root_session_id: (unit.hint as UnitHint).kind === 'store' ? await rootOf(job.source, session) : (parent ?? id),
        agent_id: parent === null ? null : id,
        is_sidechain: parent !== null,
        project_path: projectOf(job.source, file),
        timestamps: times,
        usage,
        source_meta: { session_id: id, ...meta },
        parent_trace_id: parent,
        relation: parent === null ? null : 'subagent',
        spawn_tool_call_id: spawnCall,
        outcome: outcomeOfEnd(said, teller.ending),
        diagnostics,
      },
      said,
    ),
  }
}

function isSummary({ summary }: Session, { row }: Message): boolean {
  return row['is_summary_message'] === 1 || (summary !== null && row['id'] === summary)
}

/** The project whose store it is: the store lies in a folder of it. */
function projectOf(source: Source, file: string): string | null {
  const folder = source.absolute(file).split(/[\\/]/).slice(0, -1).join('/')
  return posix.basename(folder) === '.crush' ? posix.dirname(folder) : null
}
