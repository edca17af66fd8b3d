import { isObject } from '../../../json/json.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { StoredSpan } from '../../conversation/timestamps.ts'
import type { Source } from '../../log/source.ts'
import { membersOf } from './discover.ts'
import { logOf } from './read-samples.ts'

/** When an evaluation was begun, and when it ended; of one that broke off, when it was begun. */
export async function storedSpan(source: Source, file: string): Promise<StoredSpan | null> {
  const { eval: evaluation, stats } = await logOf(source, file, membersOf(source, file))
  const times = [
    ...(isObject(stats) ? [stats['started_at'], stats['completed_at']] : []),
    ...(isObject(evaluation) ? [evaluation['created']] : []),
  ].flatMap(time => isoTime(time) ?? [])
  const sorted = times.sort((a, b) => Date.parse(a) - Date.parse(b))
  return sorted.length === 0 ? null : { first: sorted[0]!, last: sorted.at(-1)! }
}
