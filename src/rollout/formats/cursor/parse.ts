import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readChatStore } from './chat-store.ts'
import type { UnitHint } from './discover.ts'
import { readEditorChat } from './editor-store.ts'
import { kinOf } from './lineage.ts'
import { readTranscript } from './transcript.ts'

/** Turn a chat into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const file = unit.files[0]!
  const chat =
    kind === 'editor'
      ? await readEditorChat(job, file, unit.member ?? '')
      : kind === 'chat'
        ? await readChatStore(job, file)
        : await readTranscript(job, file)
  const { id, said, ending, parent, meta, cwd, branch, times } = chat
  const answered = new Set(said.messages.flatMap(({ tool_call_id: call }) => call ?? []))
  const calls = said.messages.flatMap(({ tool_calls: made }) => made ?? [])
  const unanswered = calls.filter(call => !answered.has(call.id)).length
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'cursor',
        source_path: job.source.absolute(file),
        ...kinOf(id, parent),
        cwd,
        git_branch: branch,
        timestamps: times,
        source_meta: { session_id: id, kept_in: kind, ...meta },
        outcome: outcomeOfEnd(said, ending),
        fidelity: { truncated_results: unanswered },
        diagnostics: unanswered === 0 ? [] : [{ code: 'results_not_recorded', at: null, detail: { calls: unanswered } }],
      },
      said,
    ),
  }
}
