import { firstRecords } from '../../passed-over.ts'
import { isStep } from './entry.ts'

/** Whether a file begins as a transcript does. */
export function sniff(_path: string, head: string): boolean {
  return head.includes('"step_index"') && firstRecords(head).some(record => isStep(record) && /^[A-Z_]+$/.test(String(record['type'])))
}
