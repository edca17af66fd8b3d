import { isObject, stringOrNull } from '../../../../json/json.ts'
import type { Source } from '../../../log/source.ts'
import type { Entry } from '../entry.ts'
import { recordsWith } from './siblings.ts'

/** Ids of a log's responses and records: what says one of them again elsewhere repeats it. */
export type Held = { responses: ReadonlySet<string>; records: ReadonlySet<string> }

/** The ids a log holds. */
export function heldBy(source: Source, path: string): Promise<Held> {
  return source.shared(`claude_code ids of ${path}`, async () => {
    const responses = new Set<string>()
    const records = new Set<string>()
    for await (const record of recordsWith(source, path, ['"message"'])) {
      const id = isObject(record['message']) ? stringOrNull(record['message']['id']) : null
      if (id !== null && record['type'] === 'assistant') responses.add(id)
      const uuid = stringOrNull(record['uuid'])
      if (uuid !== null) records.add(uuid)
    }
    return { responses, records }
  })
}

/** Whether an entry says again what one of these logs holds. */
export function isHeld({ said, uuid }: Entry, logs: readonly Held[]): boolean {
  if (said.kind === 'model' && said.messageId !== null) return logs.some(({ responses }) => responses.has(said.messageId ?? ''))
  return uuid !== null && logs.some(({ records }) => records.has(uuid))
}
