import { isObject, type JsonObject, parseJson } from '../../../json/json.ts'

/** Whether a file is Claude Code's. A workflow's journal is, too: discovery says why it is no session. */
export function sniff(path: string, head: string): boolean {
  return /(^|\/)workflows\/.*journal\.jsonl$/.test(path) || beginsAsLog(head)
}

/** Whether the first bytes of a file are those of a Claude Code log: the first line that says decides. */
function beginsAsLog(head: string): boolean {
  const text = head.replace(/^\uFEFF/, '')
  for (let i = 0, from = 0; i < LINES; i++) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? text.length : end)
    const record = parseJson(line)
    const verdict = isObject(record) ? judge(record) : null
    if (verdict !== null) return verdict
    // The last line may be cut off: a message with an image fills all there is.
    if (end < 0) return /^\{"parentUuid":(?:null|"[^"]*"),"isSidechain":(?:true|false),/.test(line)
    from = end + 1
  }
  return false
}

/** Null: the record could be another agent's too. */
function judge(record: JsonObject): boolean | null {
  const type = record['type']
  if (typeof type !== 'string') return null
  const { message } = record
  if (type === 'system' && record['subtype'] === 'init' && typeof record['session_id'] === 'string')
    return Array.isArray(record['tools']) && !('qwen_code_version' in record)
  if (type === 'user' || type === 'assistant') {
    // Qwen Code, which grew from another root, has the same envelope around `parts`.
    if (!isObject(message) || 'parts' in message || !('content' in message)) return false
    if (typeof record['sessionId'] === 'string' || 'parentUuid' in record) return true
    // The output of `claude -p --output-format stream-json`, which Qwen Code writes too.
    if (typeof record['session_id'] === 'string' && 'parent_tool_use_id' in record) return !/qwen/i.test(String(message['model'] ?? ''))
    return !('session_id' in record) && (typeof record['uuid'] === 'string' || typeof record['timestamp'] === 'string')
  }
  const field = Object.hasOwn(BEFORE, type) ? BEFORE[type]! : null
  if (field === null || !(field in record)) return null
  if (type === 'system' || type === 'progress' || type === 'attachment') return 'isSidechain' in record ? true : null
  return typeof record['sessionId'] === 'string' || type === 'summary' || type === 'file-history-snapshot' ? true : null
}

/** Record types that stand before the first message, with a field that goes with each. */
const BEFORE: { [type: string]: string } = {
  summary: 'leafUuid',
  'queue-operation': 'operation',
  'file-history-snapshot': 'snapshot',
  'permission-mode': 'permissionMode',
  'custom-title': 'customTitle',
  'ai-title': 'aiTitle',
  'last-prompt': 'lastPrompt',
  'agent-name': 'agentName',
  mode: 'mode',
  system: 'subtype',
  progress: 'data',
  attachment: 'attachment',
}

const LINES = 20
