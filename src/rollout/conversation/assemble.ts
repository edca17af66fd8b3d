import type { JsonObject } from '../../json/json.ts'
import type { FinishedConversation } from './conversation.ts'
import type { Diagnostic, Fidelity, Relation, RolloutOutcome, RolloutRow, Tools, Usage } from './row.ts'
import { bounds } from './timestamps.ts'
import { possibleUsage } from './usage.ts'

/** What a format says of a session besides its dialogue. What is left out is null, false or empty in the row. */
export type SessionFacts = {
  /** As the column `trace_id` of a row. */
  trace_id: string
  /** As the column `source_kind` of a row. */
  source_kind: string
  /** As the column `source_path` of a row. */
  source_path: string
  /** As the column `root_session_id` of a row. */
  root_session_id?: string | null
  /** As the column `agent_id` of a row. */
  agent_id?: string | null
  /** As the column `is_sidechain` of a row. */
  is_sidechain?: boolean
  /** As the column `cwd` of a row. */
  cwd?: string | null
  /** As the column `project_path` of a row. */
  project_path?: string | null
  /** As the column `git_branch` of a row. */
  git_branch?: string | null
  /** Of records that are no messages; widens started_at and ended_at. */
  timestamps?: readonly string[]
  /** As the column `source_meta` of a row. */
  source_meta?: JsonObject
  /** As the column `parent_trace_id` of a row. */
  parent_trace_id?: string | null
  /** As the column `relation` of a row. */
  relation?: Relation | null
  /** As the column `spawn_tool_call_id` of a row. */
  spawn_tool_call_id?: string | null
  /** When the log names models elsewhere than on messages. */
  models?: readonly string[]
  /** When the log has totals of its own; else the sum over messages. */
  usage?: Usage | null
  /** As the column `tools` of a row. */
  tools?: Tools
  /** As the column `outcome` of a row. */
  outcome?: RolloutOutcome
  /** As the column `fidelity` of a row. */
  fidelity?: Partial<Fidelity>
  /** As the column `diagnostics` of a row. */
  diagnostics?: readonly Diagnostic[]
}

/** Put a row together, its columns in their documented order. */
export function assembleRow(facts: SessionFacts, said: FinishedConversation): RolloutRow {
  const timestamps = [said.started_at, said.ended_at, ...(facts.timestamps ?? [])].filter(time => time !== null)
  const { first, last } = bounds(timestamps)
  const totals = facts.usage ? possibleUsage(facts.usage) : null
  const impossible = totals?.impossible ? [{ code: 'impossible_usage', at: null, detail: totals.impossible }] : []
  return {
    trace_id: facts.trace_id,
    source_kind: facts.source_kind,
    source_path: facts.source_path,
    root_session_id: facts.root_session_id ?? facts.trace_id,
    agent_id: facts.agent_id ?? null,
    is_sidechain: facts.is_sidechain ?? false,
    cwd: facts.cwd ?? null,
    project_path: facts.project_path ?? facts.cwd ?? null,
    git_branch: facts.git_branch ?? null,
    started_at: first,
    ended_at: last,
    messages: said.messages,
    source_meta: facts.source_meta ?? {},
    message_count: said.messages.length,
    tool_call_count: said.messages.reduce((sum, message) => sum + (message.tool_calls?.length ?? 0), 0),
    final_assistant_message: said.final_assistant_message,
    message_meta: said.message_meta,
    parent_trace_id: facts.parent_trace_id ?? null,
    relation: facts.relation ?? null,
    spawn_tool_call_id: facts.spawn_tool_call_id ?? null,
    models: [...new Set([...(facts.models ?? []), ...said.models])],
    usage: totals?.usage ?? said.usage,
    tools: facts.tools ?? { status: 'absent', schemas: [] },
    outcome: facts.outcome ?? { status: 'unknown', reward: null, detail: null },
    fidelity: {
      reasoning: said.reasoning,
      redacted_reasoning: said.redacted_reasoning,
      truncated_results: 0,
      missing_history: false,
      ...facts.fidelity,
    },
    diagnostics: [...said.diagnostics, ...(facts.diagnostics ?? []), ...impossible],
  }
}
