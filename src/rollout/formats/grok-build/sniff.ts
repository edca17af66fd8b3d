import type { JsonObject } from '../../../json/json.ts'
import { firstRecords } from '../../passed-over.ts'
import { isItem } from './entry.ts'

/** Whether a file begins as the history of a session does. */
export function sniff(path: string, head: string): boolean {
  return areItems(path, firstRecords(head))
}

/** Whether records are items of a history, by their marks or by the file's name: other programs write types of the same names, too. */
export function areItems(path: string, records: readonly JsonObject[]): boolean {
  const items = records.filter(isItem)
  if (items.length === 0) return false
  return /(?:^|\/)chat_history\.jsonl$/.test(path) || items.some(isMarked)
}

function isMarked(record: JsonObject): boolean {
  const { type } = record
  if (type === 'assistant') return typeof record['model_id'] === 'string'
  if (type === 'user') return 'synthetic_reason' in record || typeof record['prompt_index'] === 'number'
  return type === 'backend_tool_call'
}
