import { isObject } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Telling } from './content.ts'
import type { UnitHint } from './discover.ts'
import { readExport } from './export.ts'
import { readTree } from './file-tree.ts'
import { type Kin, kinOf } from './lineage.ts'
import { sentOf, standing } from './paths.ts'
import { readStored } from './store.ts'
import type { StoredMessage, StoredSession } from './stored-session.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row, and one for what was taken back where all branches are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const file = unit.files[0]!
  if (kind === 'stranger') {
    job.ledger.settle(job.ledger.read(file, 1), 'noise', 'not an OpenCode session')
    return
  }
  const session =
    kind === 'store'
      ? await readStored(job, file, unit.member ?? '')
      : kind === 'export'
        ? await readExport(job, file)
        : await readTree(job, unit)
  const kin = await kinOf(job.source, session, kind)
  const { current, reverted } = standing(session)
  const isSent = job.options.context === 'as_sent'
  const { sent, unsent } = isSent ? sentOf(current) : { sent: current, unsent: [] }
  yield {
    row: rowOf(
      session,
      kin,
      job,
      sent.map(message => ({ message, telling: { isReplay: false, isSent } })),
    ),
  }
  settle(unsent, job, 'metadata', 'before the last compaction')
  if (job.options.branches === 'active' || reverted.length === 0) return settle(reverted, job, 'abandoned', 'taken back')
  const left = [
    ...sent.map(message => ({ message, telling: { isReplay: true, isSent } })),
    ...reverted.map(message => ({ message, telling: { isReplay: false, isSent } })),
  ]
  const row = rowOf(session, kin, job, left)
  const outcome = { status: 'unknown' as const, reward: null, detail: { reverted: true } }
  yield {
    row: {
      ...row,
      trace_id: `${session.id}#${reverted[0]!.id}`,
      parent_trace_id: session.id,
      relation: 'branch',
      spawn_tool_call_id: null,
      outcome,
    },
  }
}

function settle(messages: readonly StoredMessage[], { ledger }: ParseJob, bucket: 'metadata' | 'abandoned', reason: string): void {
  for (const { parts } of messages) for (const { place } of parts) ledger.settle(place, bucket, reason)
}

type Step = { message: StoredMessage; telling: Telling }

function rowOf(session: StoredSession, kin: Kin, { source, ledger }: ParseJob, steps: readonly Step[]): RolloutRow {
  const { id, file, parent, meta, times, diagnostics } = session
  const dialogue = new ChatDialogue(ledger, file, parent === null ? 'human' : 'agent')
  const teller = new Teller(dialogue, ledger, parent !== null)
  for (const { message, telling } of steps) teller.tell(message, telling)
  const said = dialogue.finish()
  const paths = steps.flatMap(({ message }) => (isObject(message.info['path']) ? [message.info['path']] : []))
  const first = (key: string) => paths.map(path => path[key]).find(value => typeof value === 'string' && value !== '') ?? null
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'opencode',
      source_path: source.absolute(file),
      root_session_id: kin.root,
      agent_id: parent === null ? null : id,
      is_sidechain: parent !== null,
      cwd: session.directory ?? (first('cwd') as string | null),
      project_path: session.worktree ?? (first('root') as string | null),
      timestamps: times,
      source_meta: { session_id: id, ...meta },
      parent_trace_id: parent,
      relation: parent === null ? null : 'subagent',
      spawn_tool_call_id: kin.spawnCall,
      outcome: outcomeOfEnd(said, teller.ending),
      diagnostics,
    },
    said,
  )
}
