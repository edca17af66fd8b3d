import type { JsonObject } from '../../json/json.ts'
import type { FinishedConversation } from './conversation.ts'
import type { Diagnostic, Fidelity, Relation, RolloutOutcome, RolloutRow, Tools, Usage } from './row.ts'
import { bounds } from './timestamps.ts'

/** What a format says of a session besides its dialogue. What is left out is null, false or empty in the row. */
export type SessionFacts = {
  trace_id: string
  source_kind: string
  source_path: string
  root_session_id?: string | null
  agent_id?: string | null
  is_sidechain?: boolean
  cwd?: string | null
  project_path?: string | null
  git_branch?: string | null
  timestamps?: readonly string[] // of records that are no messages; widens started_at and ended_at
  source_meta?: JsonObject
  parent_trace_id?: string | null
  relation?: Relation | null
  spawn_tool_call_id?: string | null
  models?: readonly string[] // when the log names models elsewhere than on messages
  usage?: Usage | null // when the log has totals of its own; else the sum over messages
  tools?: Tools
  outcome?: RolloutOutcome
  fidelity?: Partial<Fidelity>
  diagnostics?: readonly Diagnostic[]
}

/** Put a row together, its columns in their documented order. */
export function assembleRow(facts: SessionFacts, said: FinishedConversation): RolloutRow {
  const timestamps = [said.started_at, said.ended_at, ...(facts.timestamps ?? [])].filter(time => time !== null)
  const { first, last } = bounds(timestamps)
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
    usage: facts.usage ?? said.usage,
    tools: facts.tools ?? { status: 'absent', schemas: [] },
    outcome: facts.outcome ?? { status: 'unknown', reward: null, detail: null },
    fidelity: {
      reasoning: said.reasoning,
      redacted_reasoning: said.redacted_reasoning,
      truncated_results: 0,
      missing_history: false,
      ...facts.fidelity,
    },
    diagnostics: [...said.diagnostics, ...(facts.diagnostics ?? [])],
  }
}
