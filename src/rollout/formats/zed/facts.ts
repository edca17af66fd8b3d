import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import { restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Thread } from './read.ts'

/** The other columns of a row. */
export function factsOf({ row, head, id }: Thread) {
  const model = isObject(head['model']) ? stringIn(head['model'], 'model') : null
  const tree = worktreeOf(head)
  const git = isObject(tree['git_state']) ? tree['git_state'] : {}
  const folder = stringOrNull(row['folder_paths'])?.split('\n')[0] ?? null
  const { id: _, folder_paths_order: __, ...columns } = row
  return {
    cwd: folder ?? stringOrNull(tree['worktree_path']),
    git_branch: stringOrNull(git['current_branch']),
    timestamps: [row['created_at'], row['updated_at'], head['updated_at']].flatMap(time => isoTime(time) ?? []),
    models: model === null ? [] : [model],
    usage: usageOf(head['cumulative_token_usage']),
    source_meta: { thread_id: id, ...restOf({ ...columns, ...head }, TOLD) } as JsonObject,
  }
}

const TOLD = new Set(
  'id data data_type parent_id updated_at created_at cumulative_token_usage ui_scroll_position draft_prompt _too_long'.split(' '),
)

/** The folder that was open when the thread began. */
function worktreeOf(head: JsonObject): JsonObject {
  const snapshot = isObject(head['initial_project_snapshot']) ? head['initial_project_snapshot'] : {}
  const trees = Array.isArray(snapshot['worktree_snapshots']) ? snapshot['worktree_snapshots'].filter(isObject) : []
  return trees[0] ?? {}
}

/** Tokens of all responses; cached ones are counted apart. Those by prompt are only its last response's. */
function usageOf(tokens: Json | undefined): Usage | null {
  if (!isObject(tokens)) return null
  const count = (key: string) => numberOrNull(tokens[key])
  const [input, output] = [count('input_tokens'), count('output_tokens')]
  const [write, read] = [count('cache_creation_input_tokens'), count('cache_read_input_tokens')]
  if (!input && !output && !write && !read) return null
  return {
    input_tokens: (input ?? 0) + (write ?? 0) + (read ?? 0),
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: null,
    cost_usd: null,
  }
}
