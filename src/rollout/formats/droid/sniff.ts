import { firstRecords } from '../../passed-over.ts'
import { isPrinted } from './entry.ts'

/** Whether a file begins as a session of Droid does, or as what is printed of one. */
export function sniff(_path: string, head: string): boolean {
  return firstRecords(head).some(record => {
    if (record['type'] === 'session_start') return typeof record['id'] === 'string'
    if (record['type'] === 'tool_call') return isPrinted(record) && 'parameters' in record
    return record['type'] === 'message' && isPrinted(record) && typeof record['text'] === 'string' && typeof record['role'] === 'string'
  })
}
