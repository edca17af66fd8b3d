import type { Outcome } from '../row.ts'
import { addTo } from './add-to.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { Fate } from './log/ledger.ts'

/** A message that holds something of a record. */
export type MessagePlace = { trace_id: string; message: number; role: string }

/** The messages a record went into; none for a record that came to another end, also where others stand at the same position. */
export function placesOfFate({ file, line, bucket }: Fate, places: ReadonlyMap<string, MessagePlace[]>): MessagePlace[] {
  const isSaid = bucket === 'emitted' || bucket === 'merged' || bucket === 'replay'
  return (isSaid && places.get(`${file}:${line}`)) || []
}

/** For each position ('file:line') the messages that hold something of it. `mainFile` is the file that message_meta leaves unnamed. */
export function placesOf(outcomes: readonly Outcome<RolloutRow>[], mainFile: string): Map<string, MessagePlace[]> {
  const places = new Map<string, MessagePlace[]>()
  for (const outcome of outcomes) {
    if (!('row' in outcome)) continue
    const { trace_id, messages, message_meta } = outcome.row
    message_meta.forEach((meta, message) => {
      for (const record of meta.records ?? (meta.record === null ? [] : [meta.record])) {
        const key = `${meta.file ?? mainFile}:${record}`
        addTo(places, key, { trace_id, message, role: messages[message]!.role })
      }
    })
  }
  return places
}
