import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'

/** The other columns of a row, by what lies beside a history. */
export function factsOf(summary: JsonObject, signals: JsonObject) {
  const info = isObject(summary['info']) ? summary['info'] : {}
  const model = stringOrNull(summary['current_model_id'])
  const counted = Object.fromEntries(Object.entries(signals).filter(([, value]) => typeof value === 'number' && value !== 0))
  return {
    cwd: stringOrNull(info['cwd']),
    project_path:
      stringOrNull(summary['source_workspace_dir']) ?? stringOrNull(summary['git_root_dir'])?.replace(/(?<=.)[\\/]$/, '') ?? null,
    git_branch: stringOrNull(summary['head_branch']),
    timestamps: [summary['created_at'], summary['updated_at']].flatMap(time => isoTime(time) ?? []),
    models: model === null ? [] : [model],
    meta: { ...restOf(summary, TOLD), ...(Object.keys(counted).length === 0 ? {} : { signals: counted }) } as JsonObject,
  }
}

const TOLD = new Set(
  'info created_at updated_at current_model_id head_branch parent_session_id num_messages num_chat_messages request_id grok_home'.split(
    ' ',
  ),
)
