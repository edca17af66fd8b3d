import type { StoreType, StoreTypes } from '../../store-type.ts'
import type { MessageMeta, RolloutRow, Usage } from './row.ts'

/** How the counts of a usage are stored. */
export const USAGE_TYPES: { [K in keyof Usage]: StoreType } = {
  input_tokens: 'integer',
  output_tokens: 'integer',
  cached_input_tokens: 'integer',
  cache_write_tokens: 'integer',
  reasoning_tokens: 'integer',
  cost_usd: 'number',
}

const usage: StoreType = { struct: USAGE_TYPES, always: Object.keys(USAGE_TYPES) }

const block: StoreType = {
  struct: {
    type: 'text',
    text: 'text',
    image_url: { struct: { url: 'text', detail: 'text' } },
    input_audio: { struct: { data: 'text', format: 'text' } },
    extra: 'json',
  },
  rest: 'extra',
}

const message: StoreType = {
  struct: {
    role: 'text',
    content: { list: block },
    reasoning_content: 'text',
    tool_calls: { list: { struct: { id: 'text', type: 'text', function: { struct: { name: 'text', arguments: 'text' } } } } },
    tool_call_id: 'text',
  },
}

/** The column `messages` without words and arguments, which are nearly all of a row: who spoke, in which blocks, and what was called. */
export const OUTLINE_TYPE: StoreType = {
  list: {
    struct: {
      role: 'text',
      content: { list: { struct: { type: 'text' } } },
      reasoning_content: 'text',
      tool_calls: { list: { struct: { id: 'text', function: { struct: { name: 'text' } } } } },
      tool_call_id: 'text',
    },
  },
}

const messageMeta: StoreType = {
  struct: {
    record: 'integer',
    records: { list: 'integer' },
    file: 'text',
    timestamp: 'text',
    origin: 'text',
    train: 'boolean',
    is_error: 'boolean',
    boundary: 'text',
    replay: 'boolean',
    id: 'text',
    model: 'text',
    stop_reason: 'text',
    usage,
    prompt_token_ids: { list: 'integer' },
    completion_token_ids: { list: 'integer' },
    logprobs: { list: 'number' },
    extra: 'json',
  } satisfies { [K in keyof MessageMeta]-?: StoreType },
  always: ['record', 'timestamp'],
}

/** How rollout rows are stored: the same types for every format and run. */
export const ROLLOUT_STORE_TYPES = {
  trace_id: 'text',
  source_kind: 'text',
  source_path: 'text',
  root_session_id: 'text',
  agent_id: 'text',
  is_sidechain: 'boolean',
  cwd: 'text',
  project_path: 'text',
  git_branch: 'text',
  started_at: 'text',
  ended_at: 'text',
  messages: { list: message },
  source_meta: 'json',
  message_count: 'integer',
  tool_call_count: 'integer',
  final_assistant_message: 'text',
  message_meta: { list: messageMeta },
  parent_trace_id: 'text',
  relation: 'text',
  spawn_tool_call_id: 'text',
  models: { list: 'text' },
  usage,
  tools: {
    struct: {
      status: 'text',
      schemas: {
        list: { struct: { type: 'text', function: { struct: { name: 'text', description: 'text', parameters: 'json' }, rest: 'extra' } } },
      },
    },
  },
  outcome: { struct: { status: 'text', reward: 'number', detail: 'json' }, always: ['reward', 'detail'] },
  fidelity: { struct: { reasoning: 'text', redacted_reasoning: 'integer', truncated_results: 'integer', missing_history: 'boolean' } },
  diagnostics: { list: { struct: { code: 'text', at: 'text', detail: 'json' }, always: ['at', 'detail'] } },
} satisfies { [K in keyof RolloutRow]: StoreType } & StoreTypes
