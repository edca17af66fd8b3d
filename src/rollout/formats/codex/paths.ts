import { numberOrNull } from '../../../json/json.ts'
import type { Entry } from './entry.ts'

/** What became of a thread's turns: the path that counts, and the ones that were rolled back. */
export type Paths = { active: Entry[]; abandoned: AbandonedPath[] }

/** Turns that were rolled back, with what had come before them. */
type AbandonedPath = { before: Entry[]; entries: Entry[] }

/**
 * Split a thread at its rollbacks. `thread_rolled_back` drops the newest `num_turns` turns of the user; what is before the first turn
 * stays. A rollback of nothing is left out. A turn begins with `task_started` where the producer wrote that, else with the user's message or the event that repeats it.
 */
export function splitPaths(entries: Entry[], startsTurn: (entry: Entry) => boolean): Paths {
  if (entries.every(entry => entry.type !== 'thread_rolled_back')) return { active: entries, abandoned: [] }
  const active: Entry[] = []
  const abandoned: AbandonedPath[] = []
  const turns = new TurnStarts()
  for (const entry of entries) {
    if (entry.type !== 'thread_rolled_back') turns.note(entry, active.length, startsTurn(entry))
    else {
      const cut = turns.rollBack(Math.max(0, Math.floor(numberOrNull(entry.payload['num_turns']) ?? 0)))
      if (cut === null || cut >= active.length) continue
      abandoned.push({ before: active.slice(0, cut), entries: active.splice(cut) })
    }
    active.push(entry)
  }
  return { active, abandoned }
}

/** Where the user's turns begin on the active path. */
class TurnStarts {
  private readonly starts: number[] = []
  private task: { at: number; isCounted: boolean } | null = null
  private message: { item: boolean; event: boolean } | null = null

  note(entry: Entry, at: number, startsTurn: boolean): void {
    if (entry.type === 'task_started' || entry.type === 'turn_started') this.task = { at, isCounted: false }
    else if (entry.type === 'task_complete' || entry.type === 'turn_complete' || entry.type === 'turn_aborted') this.endTurn()
    else if (startsTurn) this.begin(at, entry.kind === 'event')
    else if (entry.kind === 'item' && entry.type !== 'message') this.message = null
    else if (entry.payload['role'] === 'assistant') this.message = null
  }

  rollBack(turns: number): number | null {
    const kept = Math.max(0, this.starts.length - turns)
    const cut = this.starts[kept] ?? null
    this.starts.length = kept
    this.endTurn()
    return cut
  }

  private endTurn(): void {
    this.task = null
    this.message = null
  }

  private begin(at: number, isEvent: boolean): void {
    if (this.task !== null) {
      if (!this.task.isCounted) this.starts.push(this.task.at)
      this.task.isCounted = true
      return
    }
    // A message is written twice, as item and as event, in either order.
    const isSecondCopy = this.message !== null && !(isEvent ? this.message.event : this.message.item)
    if (!isSecondCopy) {
      this.starts.push(at)
      this.message = { item: false, event: false }
    }
    this.message![isEvent ? 'event' : 'item'] = true
  }
}
