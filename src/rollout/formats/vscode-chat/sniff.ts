import { isObject, type JsonObject } from '../../../json/json.ts'

/** Whether a file is a chat, or an export of one. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** What a file is: a log of changes to a chat, a chat as one document, or an export of the requests that were made. */
export type Kind = 'log' | 'document' | 'replay'

/** What a file is, by its first bytes; of lines, nothing but a log, whatever became of the first. */
export function kindByHead(path: string, head: string): Kind | null {
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (has('kind') && has('v') && has('requests') && /(?<!\\)"kind"\s*:\s*0\b/.test(head)) return 'log'
  if (!path.endsWith('.jsonl') && has('totalLogEntries') && has('prompts')) return 'replay'
  const isChat = has('requests') && (has('responderUsername') || has('initialLocation')) && !has('prompts')
  if (!isChat) return null
  return path.endsWith('.jsonl') ? 'log' : 'document'
}

/** Whether a record is a whole one of a log of changes. */
export function isChange(record: JsonObject): boolean {
  const { kind } = record
  if (kind === 0) return isObject(record['v'])
  return (kind === 1 || kind === 2 || kind === 3) && Array.isArray(record['k'])
}
