import type { JsonObject } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { Conversation } from '../../conversation/conversation.ts'
import type { RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import { type Child, childrenIn, childrenOf } from './children.ts'
import { type Entry, messageEntry } from './entry.ts'
import type { Session } from './facts.ts'
import { small } from './small.ts'
import { Teller } from './tell.ts'
import { outcomeOfMessage, totalUsage } from './totals.ts'

/** Rows of the transcripts that results of these entries hold, as children of the row `parentId`; `numberOf` counts through the file. */
export function* childRows(
  session: Session,
  entries: readonly Entry[],
  parentId: string,
  numberOf: ReadonlyMap<Entry, number>,
): Iterable<RolloutRow> {
  for (const entry of entries) {
    let number = numberOf.get(entry) ?? 1
    for (const child of childrenOf(entry)) yield* rowsOf(session, entry, child, parentId, `${session.traceId}:${number++}`, 0)
  }
}

/** How deep agents that spawn agents are followed. */
const MAX_NESTING = 8

/** Numbers of the transcripts in a file, in file order and whatever path they are on, so that they do not change with the options. */
export function numberChildren(entries: readonly Entry[]): Map<Entry, number> {
  const numbers = new Map<Entry, number>()
  let next = 1
  for (const entry of entries) {
    const children = childrenOf(entry).length
    if (children > 0) numbers.set(entry, next)
    next += children
  }
  return numbers
}

function* rowsOf(session: Session, entry: Entry, child: Child, parentId: string, id: string, depth: number): Iterable<RolloutRow> {
  const { ledger, log, lineage } = session
  const conversation = new Conversation(ledger, session.path)
  const version = `v${log.header?.version ?? 'unknown'}`
  const speaker = new Teller(conversation, ledger, log.raw, { version, prompts: 'agent' })
  const task: JsonObject[] =
    child.task !== null && child.messages[0]!['role'] !== 'user' ? [{ role: 'user', content: child.task, attribution: 'agent' }] : []
  const entries = [...task, ...child.messages].map((message, nth) => messageEntry(entry.place, entry.position, message, nth))
  for (const spoken of entries)
    speaker.say({ entry: spoken, message: spoken.record['message'] as JsonObject, cut: null, edit: null }, false)
  const said = conversation.finish()
  if (said.messages.length > 0)
    yield assembleRow(
      {
        trace_id: id,
        source_kind: 'pi_coding_agent',
        source_path: session.absolutePath,
        root_session_id: lineage.rootId ?? session.traceId,
        agent_id: child.agent ?? id,
        is_sidechain: true,
        cwd: typeof child.record['cwd'] === 'string' ? child.record['cwd'] : (log.header?.cwd ?? null),
        source_meta: metaOf(child),
        parent_trace_id: parentId,
        relation: 'subagent',
        spawn_tool_call_id: child.callId,
        usage: totalUsage(entries),
        tools: speaker.tools.tools('declared'),
        outcome: outcomeOfChild(child),
        fidelity: { redacted_reasoning: said.redacted_reasoning + speaker.hiddenReasoning, truncated_results: speaker.truncatedResults },
      },
      said,
    )
  if (depth >= MAX_NESTING) return
  let number = 1
  for (const message of child.messages)
    for (const grandchild of childrenIn(message)) yield* rowsOf(session, entry, grandchild, id, `${id}:${number++}`, depth + 1)
}

function metaOf({ record, task }: Child): JsonObject {
  const meta: JsonObject = task === null ? {} : { task }
  for (const key of ['agentSource', 'model', 'step', 'usage', 'stderr', 'errorMessage', 'stopReason'] as const)
    if (record[key] !== undefined && record[key] !== '') meta[key] = small(record[key])
  return meta
}

function outcomeOfChild({ messages, exitCode }: Child): RolloutOutcome {
  const outcome = outcomeOfMessage(messages.at(-1)!)
  if (exitCode === null || exitCode < 0) return outcome
  const status = exitCode === 0 ? outcome.status : outcome.status === 'interrupted' ? 'interrupted' : 'failed'
  return { ...outcome, status, detail: { ...outcome.detail, exit_code: exitCode } }
}
