import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { textOf } from '../../conversation/blocks.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { UnitHint } from './discover.ts'
import { isOwn, type Session, visibility } from './entry.ts'
import { spawnerOf } from './lineage.ts'
import { stepsOf } from './paths.ts'
import { readSession } from './read.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const session = await readSession(job, unit)
  if (kind === 'lines' && !session.messages.some(isOwn)) {
    for (const { entry } of session.messages) job.ledger.settle(entry.place, 'noise', 'not a message of Goose')
    return
  }
  const { id, file, isAgent, owner, directory, models, usage, meta, times, diagnostics } = session
  const dialogue = new ChatDialogue(job.ledger, file, owner)
  const teller = new Teller(dialogue, job.ledger)
  for (const step of stepsOf(session.messages)) {
    const isLeftOut = job.options.context === 'as_sent' && !visibility(step.message).isSent
    if (isLeftOut) job.ledger.settle(step.message.entry.place, 'metadata', 'before the last compaction')
    else teller.tell(step)
  }
  const said = dialogue.finish()
  const spawner = isAgent && kind === 'store' ? await spawnerOf(job.source, session, taskOf(session)) : null
  const parent = spawner?.parent ?? (isAgent && session.parent !== id ? session.parent : null)
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'goose',
        source_path: job.source.absolute(file),
        root_session_id: spawner?.root ?? parent ?? id,
        agent_id: isAgent ? id : null,
        is_sidechain: isAgent,
        cwd: directory,
        timestamps: times,
        models,
        usage,
        source_meta: { session_id: id, ...meta },
        parent_trace_id: parent,
        relation: isAgent ? 'subagent' : null,
        spawn_tool_call_id: spawner?.call ?? null,
        outcome: outcomeOfEnd(said, teller.ending),
        diagnostics,
      },
      said,
    ),
  }
}

/** The words with which an agent's session begins. */
function taskOf({ messages }: Session): string {
  const first = messages.find(({ role }) => role === 'user')
  return first === undefined ? '' : textOf(blocksOf(first.entry.record['content']))
}
