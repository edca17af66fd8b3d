import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import { percentDecoded } from '../../../percent-decoded.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow, type SessionFacts } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { sessionOf } from './discover.ts'
import { dataOf, isEvent } from './entry.ts'
import { type Agent, divide } from './lineage.ts'
import { type LeftPath, rewound, saysSomething } from './paths.ts'
import { Teller } from './tell.ts'

/** Turn a log of events into the session's row, one for each agent spawned in it, and one for each path left where all are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const entries = await readEntries(job, file, { isRecord: isEvent, idOf: record => stringOrNull(record['id']) })
  const { current, left } = rewound(entries, job.options.branches === 'all')
  const session = await factsOf(entries, file, job)
  for (const agent of divide(current)) yield { row: rowOf(agent, session, job, sentFrom(agent, job)) }
  for (const path of left)
    if (job.options.branches === 'all' && saysSomething(path.left)) yield { row: branchRow(path, session, job) }
    else for (const { place } of path.left) job.ledger.settle(place, 'abandoned', 'rewound')
}

type Session = SessionFacts & { metrics: JsonObject | null }

/** What was sent last begins at the last compaction; instructions stay. */
function sentFrom({ entries }: Agent, { options, ledger }: ParseJob): Entry[] {
  if (options.context === 'recorded') return entries
  const at = entries.findLastIndex(
    ({ record }) =>
      record['type'] === 'session.compaction_complete' && dataOf(record)['success'] !== false && dataOf(record)['summaryContent'],
  )
  return entries.filter(({ record, place }, i) => {
    if (i >= at || record['type'] === 'system.message' || !SAID.has(String(record['type']))) return true
    ledger.settle(place, 'metadata', 'before the last compaction')
    return false
  })
}

const SAID = new Set(
  'user.message assistant.message assistant.reasoning assistant.usage tool.execution_start tool.execution_complete session.compaction_complete abort session.error'.split(
    ' ',
  ),
)

function rowOf(agent: Agent, session: Session, { ledger, options }: ParseJob, entries: readonly Entry[]): RolloutRow {
  const { metrics, ...facts } = session
  const dialogue = new ChatDialogue(
    ledger,
    posix.normalize(String(session.source_meta?.['file'] ?? '')),
    agent.key === null ? 'human' : 'agent',
  )
  const teller = new Teller(dialogue, ledger)
  for (const entry of entries) teller.tell(entry, { isReplay: false, isSent: options.context === 'as_sent' })
  teller.finish()
  const said = dialogue.finish()
  const outcome = outcomeOfEnd(said, teller.ending)
  if (agent.key === null) return withMetrics(assembleRow({ ...facts, source_meta: metaOf(session), outcome }, said), metrics, agent)
  return assembleRow(
    {
      ...facts,
      timestamps: [],
      trace_id: `${session.trace_id}#${agent.key}`,
      root_session_id: session.trace_id,
      agent_id: agent.key,
      is_sidechain: true,
      parent_trace_id: agent.parent === null ? session.trace_id : `${session.trace_id}#${agent.parent}`,
      relation: 'subagent',
      spawn_tool_call_id: agent.call,
      source_meta: { session_id: session.trace_id, ...(agent.described === null ? {} : { agent: agent.described }) },
      outcome: agent.failed === null ? outcome : { status: 'failed', reward: null, detail: agent.failed },
    },
    said,
  )
}

function branchRow({ before, left }: LeftPath, session: Session, { ledger, options }: ParseJob): RolloutRow {
  const { metrics: _, ...facts } = session
  const dialogue = new ChatDialogue(ledger, String(session.source_meta?.['file'] ?? ''))
  const teller = new Teller(dialogue, ledger)
  const isSent = options.context === 'as_sent'
  for (const entry of before) teller.tell(entry, { isReplay: true, isSent })
  for (const entry of left) teller.tell(entry, { isReplay: false, isSent })
  teller.finish()
  const said = dialogue.finish()
  const id = `${session.trace_id}#${stringOrNull(left[0]!.record['id']) ?? left[0]!.place.line}`
  const meta = { session_id: session.trace_id }
  return assembleRow(
    {
      ...facts,
      timestamps: [],
      trace_id: id,
      parent_trace_id: session.trace_id,
      relation: 'branch',
      source_meta: meta,
      outcome: outcomeOfEnd(said, teller.ending),
    },
    said,
  )
}

/** The totals of a session count its agents too, so that they are its own where it has none. */
function withMetrics(row: RolloutRow, metrics: JsonObject | null, { isOnly }: Agent): RolloutRow {
  if (metrics === null || !isOnly || row.usage?.input_tokens) return row
  const usages = Object.values(metrics).flatMap(metric => (isObject(metric) && isObject(metric['usage']) ? [metric['usage']] : []))
  const sum = (key: string) => {
    const counts = usages
      .map(usage => usage[key])
      .map(numberOrNull)
      .filter(count => count !== null)
    return counts.length === 0 ? null : counts.reduce((total, count) => total + count, 0)
  }
  const input = sum('inputTokens')
  if (input === null) return row
  const cached = { cached_input_tokens: sum('cacheReadTokens'), cache_write_tokens: sum('cacheWriteTokens') }
  return { ...row, usage: { input_tokens: input, output_tokens: sum('outputTokens'), ...cached, reasoning_tokens: null, cost_usd: null } }
}

async function factsOf(entries: readonly Entry[], file: string, { source }: ParseJob): Promise<Session> {
  const first = (type: string) => entries.find(({ record }) => record['type'] === type)
  const start = dataOf(first('session.start')?.record ?? first('session.resume')?.record ?? {})
  const context = isObject(start['context']) ? start['context'] : {}
  const shutdowns = entries.filter(({ record }) => record['type'] === 'session.shutdown')
  const metrics = shutdowns.length === 1 ? dataOf(shutdowns[0]!.record)['modelMetrics'] : null
  const id = stringOrNull(start['sessionId']) ?? sessionOf(file)
  const events: { [type: string]: number } = {}
  for (const { record } of entries) if (typeof record['type'] === 'string') countOwn(events, record['type'])
  return {
    trace_id: id,
    source_kind: 'copilot_cli',
    source_path: source.absolute(file),
    cwd: stringOrNull(context['cwd']) ?? (await workspaceFolder(source, file)),
    project_path: stringOrNull(context['gitRoot']),
    git_branch: stringOrNull(context['branch']),
    timestamps: entries.flatMap(({ record }) => stringOrNull(record['timestamp']) ?? []),
    source_meta: { file, session_id: id, start, ...(isObject(metrics) ? { model_metrics: metrics } : {}), ...lastOf(entries) },
    metrics: isObject(metrics) ? metrics : null,
  }
}

function metaOf({ source_meta: { file: _, ...meta } = {} }: Session): JsonObject {
  return meta
}

/** What the session was called, and how it says it ended. */
function lastOf(entries: readonly Entry[]): JsonObject {
  const told: [string, string, string][] = [
    ['session.title_changed', 'title', 'title'],
    ['session.shutdown', 'shutdownType', 'shutdown_type'],
    ['session.task_complete', 'summary', 'task_summary'],
  ]
  return Object.fromEntries(
    told.flatMap(([type, key, name]) => {
      const value = entries.findLast(({ record }) => record['type'] === type)?.record
      const found = value === undefined ? null : (dataOf(value)[key] ?? null)
      return found === null ? [] : [[name, found]]
    }),
  )
}

/** The folder open in VS Code, which its storage of a workspace names. */
async function workspaceFolder(source: ParseJob['source'], file: string): Promise<string | null> {
  const storage = posix.dirname(posix.dirname(posix.dirname(file)))
  if (!file.includes('/transcripts/')) return null
  const workspace = await source.shared(`copilot workspace ${storage}`, () => source.json(`${storage}/workspace.json`).catch(() => null))
  const folder = isObject(workspace) ? stringOrNull(workspace['folder']) : null
  return folder === null ? null : percentDecoded(folder.replace(/^file:\/\//, ''))
}
