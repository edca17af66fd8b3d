import type { JsonObject } from '../../../json/json.ts'

/** Whether a file begins as a trajectory does: SWE-agent's, mini-swe-agent's, or the bare list of messages of the latter's first versions. */
export function sniff(path: string, head: string): boolean {
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (/^\uFEFF?\s*\{/.test(head)) {
    if (/(?<!\\)"trajectory_format"\s*:\s*"mini-swe-agent/.test(head) || (has('mini_version') && has('messages'))) return true
    if (path.endsWith('.traj') && (has('history') || has('trajectory'))) return true
    return has('history') && (has('message_type') || has('replay_config') || has('thought')) && has('role') && !has('schema_version')
  }
  return /\.traj(?:\.json)?$/.test(path) && /^\uFEFF?\s*\[/.test(head) && has('role') && has('content')
}

/** Whether what stands beside the messages of a document is what mini-swe-agent says of a run; a bare list has nothing beside it. */
export function isRun(head: JsonObject): boolean {
  const keys = Object.keys(head)
  return keys.length === 0 || ['info', 'trajectory_format', 'mini_version', 'instance_id'].some(key => keys.includes(key))
}
