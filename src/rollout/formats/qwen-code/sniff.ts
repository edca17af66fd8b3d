import { firstRecords } from '../../passed-over.ts'
import { isQwenRecord } from './entry.ts'

/** Whether a file begins with records of Qwen Code. */
export function sniff(_path: string, head: string): boolean {
  return firstRecords(head).some(record => isQwenRecord(record) && (record['type'] !== 'system' || 'systemPayload' in record))
}
