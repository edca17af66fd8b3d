import type { Json, JsonObject } from '../../json/json.ts'

/** One conversation, whatever agent recorded it: one row. The first sixteen columns are the documented ones, in their order. */
export type RolloutRow = {
  trace_id: string // unique in a scan; the same bytes under another root give the same id
  source_kind: string // name of the format, e.g. 'claude_code'
  source_path: string // absolute path of the file the conversation was read from
  root_session_id: string | null // session at the root of the tree of spawned agents, forks and continuations
  agent_id: string | null // the spawned agent's own id; null for a session a person started
  is_sidechain: boolean // true for a spawned agent's conversation
  cwd: string | null // working directory at the start, as recorded
  project_path: string | null // project the session belongs to, else cwd
  git_branch: string | null // branch at the start, as recorded
  started_at: string | null // ISO 8601, earliest record
  ended_at: string | null // ISO 8601, latest record
  messages: Message[] // the dialogue, in the order the model saw it
  source_meta: JsonObject // what only this format knows
  message_count: number // messages.length
  tool_call_count: number // calls in messages
  final_assistant_message: string | null // the last text the model really said

  message_meta: MessageMeta[] // one per message, same index
  parent_trace_id: string | null // row this one was spawned, forked or continued from
  relation: Relation | null // how it relates to its parent; null for a root
  spawn_tool_call_id: string | null // id of the parent's call that started this conversation
  models: string[] // models that answered, in order of appearance
  usage: Usage | null // tokens of the whole row, each response counted once; replayed parts excluded
  tools: Tools // schemas the model was offered
  outcome: RolloutOutcome // how it ended
  fidelity: Fidelity // what the producer left out
  diagnostics: Diagnostic[] // everything that was odd, recovered or moved aside
}

/** Columns of `compat: 'data_designer'`: the documented sixteen and no more. */
export const DOCUMENTED_COLUMNS = [
  'trace_id',
  'source_kind',
  'source_path',
  'root_session_id',
  'agent_id',
  'is_sidechain',
  'cwd',
  'project_path',
  'git_branch',
  'started_at',
  'ended_at',
  'messages',
  'source_meta',
  'message_count',
  'tool_call_count',
  'final_assistant_message',
] as const

/** Columns of a faithful row, in order. */
export const ROLLOUT_COLUMNS = [
  ...DOCUMENTED_COLUMNS,
  'message_meta',
  'parent_trace_id',
  'relation',
  'spawn_tool_call_id',
  'models',
  'usage',
  'tools',
  'outcome',
  'fidelity',
  'diagnostics',
] as const

/** One message of the dialogue. Optional keys are absent, not null, where there is nothing to say. */
export type Message = {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: Block[] // may be empty
  reasoning_content?: string // what the model thought, where the log has it as text
  tool_calls?: ToolCall[] // at least one
  tool_call_id?: string // on role tool: the call it answers
}

/** One piece of content: text, an image, audio, or a block kept as it was. */
export type Block = { type: string; [key: string]: Json }

/** A call the model made. */
export type ToolCall = {
  id: string // unique in the row
  type: 'function'
  function: {
    name: string
    arguments: string // JSON text, the bytes the model wrote
  }
}

/** What a row knows about one of its messages. */
export type MessageMeta = {
  record: number | null // position in the file: line of JSON Lines, index of a step or message in a document, row id in a store; from 1
  records?: number[] // all positions, where a message was put together from several
  file?: string // root-relative, where it is not the file in source_path
  timestamp: string | null // ISO 8601
  origin: Origin // whose words these are
  train: boolean // true only for what a model said and may be trained on
  is_error?: boolean // on a tool result: the tool reported failure
  boundary?: Boundary // the conversation is cut before this message
  replay?: boolean // said in another row, the parent's as a rule, and repeated here; counted there
  id?: string // the producer's id of the message or response
  model?: string
  stop_reason?: string
  usage?: Usage
  prompt_token_ids?: number[]
  completion_token_ids?: number[]
  logprobs?: number[]
  extra?: JsonObject // what only this format knows
}

/** Whose words a message holds. */
export type Origin = 'human' | 'model' | 'tool' | 'harness' | 'agent' | 'hook'

/** Why the conversation is cut before a message. */
export type Boundary =
  | 'compaction' // what came before was summarised
  | 'clear' // the context was emptied
  | 'interruption' // a person stopped the model
  | 'abandoned' // a turn was given up: rolled back, failed, retried
  | 'reset' // the session started anew
  | 'branch' // the conversation left another branch here
  | 'unrecorded' // the model answered twice with nothing recorded in between

/** How a row relates to its parent row. */
export type Relation =
  | 'subagent' // spawned by a call of the parent
  | 'fork' // a copy of the parent's history that went its own way
  | 'branch' // another path through the same file
  | 'resume' // the same work taken up again in a new file
  | 'continuation' // the parent's context was full or compacted
  | 'reset' // started over from the parent
  | 'review' // an automatic reviewer of the parent
  | 'copy' // the same session recorded a second time

/** Tokens and money. Null: the log does not say. */
export type Usage = {
  input_tokens: number | null // all prompt tokens, cached ones included
  output_tokens: number | null // reasoning included
  cached_input_tokens: number | null // read from the provider's cache
  cache_write_tokens: number | null // written to it
  reasoning_tokens: number | null
  cost_usd: number | null // as recorded, never computed
}

/** Tools offered to the model. */
export type Tools = {
  status: 'recorded' | 'absent' // absent: the log does not say which tools there were
  schemas: ToolSchema[]
}

/** One tool in the form chat APIs and trainers take. */
export type ToolSchema = { type: 'function'; function: { name: string; description?: string; parameters?: Json } }

/** How a session ended, as far as the log says. */
export type RolloutOutcome = {
  status: 'completed' | 'interrupted' | 'error' | 'unknown'
  reward: number | null // a verifier's or task's score
  detail: JsonObject | null // exception, verifier output, exit codes, task
}

/** What the producer left out of the log. */
export type Fidelity = {
  reasoning: 'full' | 'summary' | 'encrypted' | 'redacted' | 'none' // the weakest kind that occurs; none: the log has no reasoning at all
  redacted_reasoning: number // pieces of reasoning that are there but unreadable
  truncated_results: number // tool results the log holds only in part
  missing_history: boolean // the row starts in the middle: what it was forked or continued from is not at hand
}

/** Something odd about a row that a careful reader should know. */
export type Diagnostic = {
  code: string // stable, snake_case, e.g. 'orphan_result'
  at: string | null // 'sessions/a.jsonl:12'
  detail: Json // what was found; for moved content, the content
}
