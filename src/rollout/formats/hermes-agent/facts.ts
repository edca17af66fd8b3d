import { stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { Conversation, type FinishedConversation } from '../../conversation/conversation.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob } from '../../format.ts'
import { hasLocalTimes, modelsOf, outcomeOf, remainingOf, timesOf, usageOf } from './header-facts.ts'
import { configOf, type Lineage } from './lineage.ts'
import { abandonedPaths, activePath, type Step, standingAgain } from './paths.ts'
import type { Kinship, StoredSession } from './stored-session.ts'
import { Teller } from './tell.ts'
import { isoTime } from './time.ts'
import { toolsOf } from './tools.ts'

/** The rows of one session: its own, and one for each path that was taken back where all branches are asked for. */
export function* sessionRows(
  session: StoredSession,
  kinship: Kinship,
  traceId: string,
  { source, ledger, options }: ParseJob,
): Iterable<Outcome<RolloutRow>> {
  const path = activePath(session.entries, options.context)
  for (const { place } of path.copies) ledger.settle(place, 'replay', 'written again by a compaction')
  for (const { place } of path.unsent) ledger.settle(place, 'metadata', 'before the last compaction')
  const standing = standingAgain(session.entries)
  for (const entry of session.entries)
    if (entry.state === 'rewound' && !standing.has(entry)) ledger.settle(entry.place, 'abandoned', 'taken back')
  const build = (steps: readonly Step[], branch: string | null): RolloutRow | null => {
    const told = branch === null ? steps.map(step => (kinship.copied.has(step.entry) ? { ...step, replay: true } : step)) : steps
    return rowOf(session, kinship, { traceId: branch ?? traceId, mainTraceId: traceId, isBranch: branch !== null }, told, {
      source,
      ledger,
      options,
    })
  }
  const row = build(path.steps, null)
  if (row !== null) yield { row }
  if (options.branches !== 'all') return
  for (const { first, steps, copies } of abandonedPaths(session.entries)) {
    for (const { place } of copies) ledger.settle(place, 'replay', 'written again by a compaction')
    const branch = build(steps, `${traceId}~rewound-${first.place.line}`)
    if (branch !== null) yield { row: branch }
  }
}

type Naming = { traceId: string; mainTraceId: string; isBranch: boolean }

function rowOf(
  session: StoredSession,
  { lineage, parentTraceId, spawnCall, isCopy }: Kinship,
  { traceId, mainTraceId, isBranch }: Naming,
  steps: readonly Step[],
  { source, ledger, options }: ParseJob,
): RolloutRow | null {
  const { header, file, id } = session
  const isDelegate = header['source'] === 'subagent' || header['platform'] === 'subagent'
  const agent = lineage === null ? (isDelegate ? id : null) : lineage.agent
  const conversation = new Conversation(ledger, file)
  const dialogue = new Teller(conversation, ledger, {
    asSent: options.context === 'as_sent',
    isDelegate: agent !== null,
    systemPrompt: session.systemPrompt,
  })
  dialogue.tell(steps)
  const said = conversation.finish()
  if (!said.messages.some(({ role }) => role !== 'system')) return null
  const records = session.entries.map(entry => entry.record)
  return assembleRow(
    {
      trace_id: traceId,
      source_kind: 'hermes_agent',
      source_path: source.absolute(file),
      root_session_id: lineage?.root ?? mainTraceId,
      agent_id: agent,
      is_sidechain: agent !== null,
      cwd: stringOrNull(header['cwd']) ?? stringOrNull(configOf(header)['cwd']),
      project_path: stringOrNull(header['git_repo_root']),
      git_branch: stringOrNull(header['git_branch']),
      timestamps: isBranch ? [] : [...timesOf(header), ...settingTimesOf(session)],
      source_meta: {
        session_id: id,
        ...profileOf(file),
        ...remainingOf(header),
        ...(hasLocalTimes(header, records) ? { timezone_unknown: true } : {}),
      },
      parent_trace_id: isBranch ? mainTraceId : parentTraceId,
      relation: isBranch ? 'branch' : isCopy ? 'copy' : (lineage?.relation ?? (agent === null ? reviewOf(said) : 'subagent')),
      spawn_tool_call_id: isBranch ? null : spawnCall,
      models: modelsOf(header),
      usage: isBranch || isCopy ? null : usageOf(header),
      tools: toolsOf(session.tools),
      outcome: isBranch ? { status: 'unknown', reward: null, detail: { end_reason: 'rewound' } } : outcomeOf(header, said),
      fidelity: { ...dialogue.fidelity, missing_history: lineage?.parentMissing ?? false },
      diagnostics: isBranch ? [] : [...session.diagnostics, ...oddities(lineage)],
    },
    said,
  )
}

/** A session that ends with Hermes' own review of the one it was forked from; snapshots do not say from which. */
function reviewOf({ message_meta }: FinishedConversation): 'review' | null {
  return message_meta.findLast(({ origin }) => origin !== 'model' && origin !== 'tool')?.extra?.['harness'] === 'review' ? 'review' : null
}

/** Settings rows are no messages, but they say when the session was open. */
function settingTimesOf({ entries }: StoredSession): string[] {
  return entries.flatMap(({ record }) => (record['role'] === 'session_meta' ? (isoTime(record['timestamp']) ?? []) : []))
}

function oddities(lineage: Lineage | null): Diagnostic[] {
  if (lineage === null) return []
  return [
    ...(lineage.parentMissing ? [{ code: 'parent_not_found', at: null, detail: lineage.parent }] : []),
    ...(lineage.isCycle ? [{ code: 'lineage_cycle', at: null, detail: lineage.parent }] : []),
  ]
}

/** A profile is a home of its own below the first one. */
function profileOf(file: string): { profile?: string } {
  const name = /(?:^|\/)profiles\/([^/]+)\//.exec(file)?.[1]
  return name === undefined ? {} : { profile: name }
}
