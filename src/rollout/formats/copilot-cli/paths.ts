import type { Entry } from '../../log/entries.ts'
import { dataOf } from './entry.ts'

/** A path that a rewind left: what came before it, and its events. */
export type LeftPath = { before: Entry[]; left: Entry[] }

/** Whether anything is said in these events. */
export function saysSomething(entries: readonly Entry[]): boolean {
  return entries.some(({ record: { type } }) => type === 'user.message' || type === 'assistant.message')
}

/** Events that count, and those that a rewind took back; the event that it names is the first of these. `isWanted`: what came before is. */
export function rewound(entries: readonly Entry[], isWanted: boolean): { current: Entry[]; left: LeftPath[] } {
  const current: Entry[] = []
  const at = new Map<string, number>()
  const left: LeftPath[] = []
  for (const entry of entries) {
    const { record } = entry
    const target = record['type'] === 'session.snapshot_rewind' ? at.get(String(dataOf(record)['upToEventId'])) : undefined
    if (target !== undefined && target < current.length) {
      const gone = current.splice(target)
      left.push({ before: isWanted ? [...current] : [], left: gone })
    }
    if (typeof record['id'] === 'string') at.set(record['id'], current.length)
    current.push(entry)
  }
  return { current, left }
}
