import { parseJson } from '../../../json/json.ts'
import { firstRecords } from '../../passed-over.ts'
import { isEvent } from './entry.ts'

/** Whether a file begins with events. */
export function sniff(_path: string, head: string): boolean {
  const records = firstRecords(head)
  if (records.some(record => isEvent(record) && /^(?:session\.start|user\.message|assistant\.message)$/.test(String(record['type']))))
    return true
  // A first line that is longer than what was read.
  return records.length === 0 && /^\uFEFF?\{.*"type":\s*"session\.start"/.test(head) && parseJson(head.split('\n')[0]!) === undefined
}
