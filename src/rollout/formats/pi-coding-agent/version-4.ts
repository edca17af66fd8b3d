import type { JsonObject } from '../../../json/json.ts'
import type { Ledger } from '../../log/ledger.ts'
import type { LogRecord } from '../../log/lines.ts'
import { type Entry, entryOf } from './entry.ts'

/** Whether a record is a line of the version 4 log, which writes one line per change of the store. */
export function isVersion4(record: JsonObject): boolean {
  return record['kind'] === 'entry' || record['kind'] === 'lane' || record['kind'] === 'record' || record['kind'] === 'fact'
}

/** The entry a version 4 line stands for: its own, or the move of a lane to a leaf; null, and settled, for bookkeeping. */
export function version4Entry(line: LogRecord, position: number, ledger: Ledger): Entry | null {
  const { record } = line
  const lane = typeof record['lane'] === 'string' ? record['lane'] : 'main'
  if (record['kind'] === 'entry') return entryOf(line, position, lane)
  if (record['kind'] === 'lane') {
    const moved = { type: 'leaf', targetId: record['leafId'] ?? null }
    return { ...entryOf(line, position, lane), type: 'leaf', hasId: false, record: moved }
  }
  ledger.settle(line, 'metadata')
  return null
}
