import type { Json, JsonObject } from '../../json/json.ts'
import type { Diagnostic } from '../log/diagnostic.ts'

export type { Diagnostic } from '../log/diagnostic.ts'

/** One conversation, whatever agent recorded it: one row. The first sixteen columns are the documented ones, in their order. */
export type RolloutRow = {
  /** Unique in a scan; the same bytes under another root give the same id. */
  trace_id: string
  /** Name of the format, e.g. 'claude_code'. */
  source_kind: string
  /** Absolute path of the file the conversation was read from. */
  source_path: string
  /** Session at the root of the tree of spawned agents, forks and continuations. */
  root_session_id: string | null
  /** The spawned agent's own id; null for a session a person started. */
  agent_id: string | null
  /** True for a spawned agent's conversation. */
  is_sidechain: boolean
  /** Working directory at the start, as recorded. */
  cwd: string | null
  /** Project the session belongs to, else cwd. */
  project_path: string | null
  /** Branch at the start, as recorded. */
  git_branch: string | null
  /** ISO 8601, earliest record. */
  started_at: string | null
  /** ISO 8601, latest record. */
  ended_at: string | null
  /** The dialogue, in the order the model saw it. */
  messages: Message[]
  /** What only this format knows. */
  source_meta: JsonObject
  /** messages.length. */
  message_count: number
  /** Calls in messages. */
  tool_call_count: number
  /** The last text the model really said. */
  final_assistant_message: string | null

  /** One per message, same index. */
  message_meta: MessageMeta[]
  /** Row this one was spawned, forked or continued from. */
  parent_trace_id: string | null
  /** How it relates to its parent; null for a root. */
  relation: Relation | null
  /** Id of the parent's call that started this conversation. */
  spawn_tool_call_id: string | null
  /** Models that answered, in order of appearance. */
  models: string[]
  /** Tokens of the whole row, each response counted once; replayed parts excluded. */
  usage: Usage | null
  /** Schemas the model was offered. */
  tools: Tools
  /** How it ended. */
  outcome: RolloutOutcome
  /** What the producer left out. */
  fidelity: Fidelity
  /** Everything that was odd, recovered or moved aside. */
  diagnostics: Diagnostic[]
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
  /** Whose words these are. */
  role: 'system' | 'user' | 'assistant' | 'tool'
  /** May be empty. */
  content: Block[]
  /** What the model thought, where the log has it as text. */
  reasoning_content?: string
  /** At least one. */
  tool_calls?: ToolCall[]
  /** On role tool: the call it answers. */
  tool_call_id?: string
}

/** One piece of content: text, an image, audio, or a block kept as it was. */
export type Block = {
  /** What kind of content it is. */
  type: string
  [key: string]: Json
}

/** A call the model made. */
export type ToolCall = {
  /** Unique in the row. */
  id: string
  /** What kind it is. */
  type: 'function'
  /** What is called. */
  function: {
    /** Name of the tool. */
    name: string
    /** JSON text, the bytes the model wrote. */
    arguments: string
  }
}

/** What a row knows about one of its messages. */
export type MessageMeta = {
  /** Position in the file: line of JSON Lines, index of a step or message in a document, row id in a store; from 1. */
  record: number | null
  /** All positions, where a message was put together from several. */
  records?: number[]
  /** Root-relative, where it is not the file in source_path. */
  file?: string
  /** ISO 8601. */
  timestamp: string | null
  /** Whose words these are. */
  origin: Origin
  /** True only for what a model said and may be trained on. */
  train: boolean
  /** On a tool result: the tool reported failure. */
  is_error?: boolean
  /** The conversation is cut before this message. */
  boundary?: Boundary
  /** Said in another row, the parent's as a rule, and repeated here; counted there. */
  replay?: boolean
  /** The producer's id of the message or response. */
  id?: string
  /** Model that answered. */
  model?: string
  /** Why the model stopped, in its own words. */
  stop_reason?: string
  /** Tokens of this response. */
  usage?: Usage
  /** Tokens of the prompt, by number. */
  prompt_token_ids?: number[]
  /** Tokens of the response, by number. */
  completion_token_ids?: number[]
  /** Logarithm of the probability of each token of the response. */
  logprobs?: number[]
  /** What only this format knows. */
  extra?: JsonObject
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
  /** All prompt tokens, cached ones included. */
  input_tokens: number | null
  /** Reasoning included. */
  output_tokens: number | null
  /** Read from the provider's cache. */
  cached_input_tokens: number | null
  /** Written to it. */
  cache_write_tokens: number | null
  /** Those of the replies that were thought; null: not told. */
  reasoning_tokens: number | null
  /** As recorded, never computed. */
  cost_usd: number | null
}

/** Tools offered to the model. */
export type Tools = {
  /** Absent: the log does not say which tools there were. */
  status: 'recorded' | 'absent'
  /** What each tool is called and takes. */
  schemas: ToolSchema[]
}

/** One tool in the form chat APIs and trainers take. */
export type ToolSchema = {
  /** What kind it is. */
  type: 'function'
  /** What is called. */
  function: {
    /** Its name. */
    name: string
    /** What the model was told of it. */
    description?: string
    /** JSON Schema of its arguments. */
    parameters?: Json
  }
}

/** How a session ended, as far as the log says. */
export type RolloutOutcome = {
  /** How it ended; 'unknown': the log does not say. */
  status: 'completed' | 'interrupted' | 'failed' | 'unknown'
  /** A verifier's or task's score. */
  reward: number | null
  /** Exception, verifier output, exit codes, task. */
  detail: JsonObject | null
}

/** What the producer left out of the log. */
export type Fidelity = {
  /** The weakest kind that occurs; none: the log has no reasoning at all. */
  reasoning: 'full' | 'summary' | 'encrypted' | 'redacted' | 'none'
  /** Pieces of reasoning that are there but unreadable. */
  redacted_reasoning: number
  /** Tool results the log holds only in part. */
  truncated_results: number
  /** The row starts in the middle: what it was forked or continued from is not at hand. */
  missing_history: boolean
}
