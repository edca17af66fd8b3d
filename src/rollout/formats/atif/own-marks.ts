import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import type { Block, Boundary, Origin, RolloutOutcome, RolloutRow } from '../../conversation/row.ts'

/** What Tracewright noted of a message when it wrote it as ATIF. */
export type OwnMarks = {
  origin: Origin | null
  boundary: Boundary | null
  /** Blocks that ATIF has no kind for, each with its place among all. */
  kept: { at: number; block: Block }[]
  /** As the log had it, where ATIF has no place or another form for it; undefined: the step's own. */
  timestamp: string | null | undefined
  facts: Pick<MessageFacts, 'id' | 'train' | 'stop_reason'>
  extra: JsonObject
}

/** What Tracewright noted of a row. */
export type OwnFacts = Pick<RolloutRow, 'agent_id' | 'is_sidechain' | 'parent_trace_id' | 'relation' | 'spawn_tool_call_id'> & {
  outcome: RolloutOutcome | null
}

/** The marks of a step or a result, and what else its `extra` says. In files of others there are no marks, and it is left as it is. */
export function ownMarks(extra: Json | undefined): { marks: OwnMarks | null; rest: Json | undefined } {
  if (!isObject(extra)) return { marks: null, rest: extra }
  const { tracewright: noted, stop_reason: stop = null, context_management: _cut, is_error: _failed, ...rest } = extra
  if (!isObject(noted)) return { marks: null, rest: extra }
  const marks: OwnMarks = {
    origin: ORIGINS.find(name => name === noted['origin']) ?? null,
    boundary: BOUNDARIES.find(name => name === noted['boundary']) ?? null,
    kept: Array.isArray(noted['kept']) ? noted['kept'].flatMap(keptBlock) : [],
    timestamp: noted['timestamp'] === undefined ? undefined : stringOrNull(noted['timestamp']),
    // Nothing is trained on because a file says so.
    facts: { id: stringOrNull(noted['id']), stop_reason: stringOrNull(stop), ...(noted['train'] === false ? { train: false } : {}) },
    extra: isObject(noted['extra']) ? noted['extra'] : {},
  }
  return { marks, rest: Object.keys(rest).length === 0 ? null : rest }
}

/** How a row stood to others, and how it ended, when it was written as ATIF; null in files of others. */
export function ownFacts({ extra }: JsonObject): OwnFacts | null {
  const noted = isObject(extra) ? extra['tracewright'] : null
  if (!isObject(noted)) return null
  const { outcome } = noted
  const status = isObject(outcome) ? STATUSES.find(name => name === outcome['status']) : undefined
  return {
    agent_id: stringOrNull(noted['agent_id']),
    is_sidechain: noted['is_sidechain'] === true,
    parent_trace_id: stringOrNull(noted['parent_trace_id']),
    relation: RELATIONS.find(name => name === noted['relation']) ?? null,
    spawn_tool_call_id: stringOrNull(noted['spawn_tool_call_id']),
    outcome:
      !isObject(outcome) || status === undefined
        ? null
        : { status, reward: numberOrNull(outcome['reward']), detail: isObject(outcome['detail']) ? outcome['detail'] : null },
  }
}

/** Blocks with those that ATIF has no kind for, each in its place. */
export function withKept(blocks: readonly Block[], marks: OwnMarks | null): Block[] {
  const all = [...blocks]
  for (const { at, block } of marks?.kept ?? []) all.splice(at, 0, block)
  return all
}

function keptBlock(kept: Json): OwnMarks['kept'] {
  if (!isObject(kept) || typeof kept['at'] !== 'number' || !isObject(kept['block'])) return []
  return typeof kept['block']['type'] === 'string' ? [{ at: kept['at'], block: kept['block'] as Block }] : []
}

const ORIGINS = ['human', 'model', 'tool', 'harness', 'agent', 'hook'] as const
const BOUNDARIES = ['compaction', 'clear', 'interruption', 'abandoned', 'reset', 'branch', 'unrecorded'] as const
const RELATIONS = ['subagent', 'fork', 'branch', 'resume', 'continuation', 'reset', 'review', 'copy'] as const
const STATUSES = ['completed', 'interrupted', 'failed', 'unknown'] as const
