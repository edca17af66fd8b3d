import { posix } from 'node:path'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'
import { parentSessionOf, segmentOf, traceIdOf } from './identity.ts'
import type { ParentLink } from './lineage.ts'
import { totalUsage } from './metrics.ts'
import { outcomeOfEnd } from './outcome.ts'
import { type OwnFacts, ownFacts } from './own-marks.ts'
import type { ReadTrajectory } from './read.ts'
import { resolveReference } from './references.ts'
import type { SubagentRef } from './tell.ts'
import { readTools } from './tools.ts'
import { compareTotals } from './totals.ts'
import type { Trial } from './trial.ts'

/** What the rows of a file share. */
export type Surroundings = {
  source: Source
  link: ParentLink | null
  trial: Trial | null
  ids: Map<string, number> // of rows; the number that the next of that name takes
  beside: ReadonlySet<string> // ids of documents that files beside it hold
}

type Parent = Pick<RolloutRow, 'trace_id' | 'root_session_id'> & { refs: readonly SubagentRef[] }

/** Rows of a document: its own, then those of the subagents embedded in it. */
export function* rowsOf(
  read: ReadTrajectory,
  around: Surroundings,
  parent: Parent | null = null,
  wrapper: JsonObject = {},
): Iterable<RolloutRow> {
  if (!read.isTrajectory) {
    // An object around trajectories: an evaluator's item. Its fields describe each of them.
    for (const child of read.children) yield* rowsOf(child, around, null, { ...wrapper, ...read.head })
    return
  }
  const row = rowOf(read, around, parent, wrapper)
  yield row
  for (const child of read.children) yield* rowsOf(child, around, { ...row, refs: read.refs })
}

function rowOf(read: ReadTrajectory, around: Surroundings, parent: Parent | null, wrapper: JsonObject): RolloutRow {
  const { head, file, said } = read
  const own = ownFacts(head)
  const lineage =
    parent !== null ? lineageOfChild(read, around, parent) : own === null ? lineageOfFile(read, around) : lineageOfOwn(read, around, own)
  const places = [head['extra'], isObject(head['agent']) ? head['agent']['extra'] : null].filter(isObject)
  const recorded = (...keys: string[]) => keys.flatMap(key => places.flatMap(place => stringOrNull(place[key]) ?? []))[0] ?? null
  const { trial } = around
  const times = read.events.flatMap(event => stringOrNull(event['timestamp']) ?? [])
  const outcome = own?.outcome ? own.outcome : trial === null || lineage.is_sidechain ? outcomeOfEnd(said) : trial.outcome
  const totals = compareTotals(
    file,
    {
      usage: said.usage,
      message_meta: said.message_meta,
      children: read.children.map(child => child.said.usage),
      isContinued: lineage.relation === 'continuation',
    },
    {
      final_metrics: head['final_metrics'] ?? null,
      // The trial counts everything that ran in it.
      trial: lineage.relation === null && !head['continued_trajectory_ref'] && read.refs.length === 0 ? (trial?.totals ?? null) : null,
    },
  )
  const tools = readTools(head, said)
  const row = assembleRow(
    {
      ...lineage,
      source_kind: 'atif',
      source_path: around.source.absolute(file),
      cwd: recorded('cwd', 'working_dir', 'working_directory'),
      project_path: recorded('project_path'),
      git_branch: recorded('git_branch'),
      // Times of the trial frame the whole run; they stand in where the steps have none.
      timestamps: times.length === 0 && said.started_at === null ? (trial?.timestamps ?? []) : times,
      source_meta: metaOf(read, around, wrapper),
      // What was given up is counted in the totals alone, where rows were written as ATIF.
      usage: own !== null ? totalUsage(head['final_metrics']) : (said.usage ?? totalUsage(head['final_metrics'])),
      outcome: trial !== null && lineage.is_sidechain ? { ...outcome, detail: trial.outcome.detail } : outcome,
      ...(tools === null ? {} : { tools: { status: 'recorded' as const, schemas: tools.schemas } }),
      fidelity: { missing_history: lineage.isCut },
      diagnostics: [
        ...read.diagnostics,
        ...lineage.diagnostics,
        ...missingReferences(read, around),
        ...totals,
        ...(tools?.diagnostics ?? []),
      ],
    },
    said,
  )
  if (!around.ids.has(row.trace_id)) around.ids.set(row.trace_id, 2)
  return row
}

function lineageOfFile({ head, file, digest, copiedSteps }: ReadTrajectory, { link, ids }: Surroundings) {
  const trace_id = uniqueId(traceIdOf(head, file, digest), ids)
  const segment = segmentOf(file)
  const session = stringOrNull(head['session_id'])
  const named = parentSessionOf(head)
  const isContinuation = link?.relation === 'continuation' || (link === null && segment?.kind === 'continuation')
  const isChild = !isContinuation && (link !== null || named !== null || segment !== null)
  const parent = link?.trace_id ?? (named === trace_id ? null : named)
  const isCut = link === null && (isContinuation || isChild || copiedSteps > 0)
  const diagnostics: Diagnostic[] = isCut ? [{ code: 'parent_not_found', at: file, detail: { trace_id: parent } }] : []
  return {
    trace_id,
    root_session_id: link?.session ?? named ?? session ?? trace_id,
    agent_id: isChild ? trace_id : null,
    is_sidechain: isChild,
    parent_trace_id: parent,
    relation: isContinuation ? ('continuation' as const) : isChild ? ('subagent' as const) : null,
    spawn_tool_call_id: link?.callId ?? null,
    isCut: isCut && !isChild,
    diagnostics,
  }
}

/** A row that was written as ATIF knows its place among others. */
function lineageOfOwn({ head, file, digest }: ReadTrajectory, { ids }: Surroundings, { outcome: _outcome, ...noted }: OwnFacts) {
  const trace_id = uniqueId(traceIdOf(head, file, digest), ids)
  return {
    trace_id,
    root_session_id: stringOrNull(head['session_id']) ?? trace_id,
    ...noted,
    isCut: false,
    diagnostics: [] as Diagnostic[],
  }
}

function lineageOfChild({ head, digest }: ReadTrajectory, { ids }: Surroundings, parent: Parent) {
  const id = stringOrNull(head['trajectory_id'])
  const session = stringOrNull(head['session_id'])
  const named = parent.refs.find(({ ref }) => id !== null && ref['trajectory_id'] === id)
  const bySession = parent.refs.find(({ ref }) => !ref['trajectory_id'] && session !== null && ref['session_id'] === session)
  const spawn = named ?? bySession
  const agentId = id ?? session ?? `subagent-${digest.slice(0, 8)}`
  return {
    // Ids of embedded documents need only be unique in the one that embeds them.
    trace_id: uniqueId(`${parent.trace_id}/${agentId}`, ids),
    root_session_id: parent.root_session_id,
    agent_id: agentId,
    is_sidechain: true,
    parent_trace_id: parent.trace_id,
    relation: 'subagent' as const,
    spawn_tool_call_id: spawn?.callId ?? null,
    isCut: false,
    diagnostics: [] as Diagnostic[],
  }
}

function metaOf(read: ReadTrajectory, { trial }: Surroundings, wrapper: JsonObject): JsonObject {
  const { head, refs, events } = read
  const { agent = null, ...rest } = head
  const segment = segmentOf(read.file)
  const meta: JsonObject = {
    ...rest,
    agent: isObject(agent) ? withoutTools(agent) : agent,
    step_count: read.steps,
    validity: read.validity,
  }
  if (read.copiedSteps > 0) meta['copied_steps'] = read.copiedSteps
  if (segment !== null) meta['segment'] = { name: segment.name, index: segment.number }
  if (refs.length > 0) meta['subagents'] = refs.map(({ step, callId, ref }) => ({ step, tool_call_id: callId, ...ref }))
  if (events.length > 0) meta['events'] = events
  if (Object.keys(wrapper).length > 0) meta['item'] = wrapper
  if (trial !== null) meta['trial'] = trial.meta
  return meta
}

/** The tools have a column of their own. */
function withoutTools({ tool_definitions: _tools, ...agent }: JsonObject): JsonObject {
  return agent
}

/** References that lead nowhere: to a file that is not there or may not be read, or to a document that is not embedded. */
function missingReferences({ head, file, refs, children }: ReadTrajectory, { source, beside }: Surroundings): Diagnostic[] {
  const embedded = new Set(children.map(child => child.head['trajectory_id']))
  const files: [string, string, Json][] = refs.flatMap(({ step, ref }) => {
    const path = stringOrNull(ref['trajectory_path'])
    return path === null || embedded.has(ref['trajectory_id']) ? [] : [[`${file}:${step}`, path, ref]]
  })
  const next = stringOrNull(head['continued_trajectory_ref'])
  if (next !== null) files.push([file, next, next])
  const lost = refs.filter(({ ref: { trajectory_path, trajectory_id: id } }) => {
    return !trajectory_path && typeof id === 'string' && !embedded.has(id) && !beside.has(id)
  })
  return [
    ...files.flatMap(([at, path, detail]) => {
      const found = resolveReference(source, file, path)
      if (found === null) return [{ code: 'reference_outside', at, detail }]
      return exists(source, found) || hasSegment(source, file, path) ? [] : [{ code: 'missing_reference', at, detail }]
    }),
    ...lost.map(({ step, ref }) => ({ code: 'missing_reference', at: `${file}:${step}`, detail: ref })),
  ]
}

/** Where files were renamed together, the segment a reference names is the one of this file's own name. */
function hasSegment(source: Source, file: string, path: string): boolean {
  const segment = segmentOf(path)
  if (segment === null) return false
  const stem = segmentOf(file)?.stem ?? posix.basename(file, '.json')
  return exists(source, posix.join(posix.dirname(file), `${stem}.${segment.name}.json`))
}

function exists(source: Source, path: string): boolean {
  try {
    return source.facts(path) !== null
  } catch {
    return false // a link that leads out of the folder
  }
}

/** A name that no row of the file has yet: this one, or it with a number behind it. */
function uniqueId(id: string, taken: Surroundings['ids']): string {
  let n = taken.get(id)
  if (n === undefined) return id
  while (taken.has(`${id}~${n}`)) n++
  taken.set(id, n + 1)
  return `${id}~${n}`
}
