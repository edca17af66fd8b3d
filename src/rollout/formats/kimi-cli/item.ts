import type { Entry } from '../../log/entries.ts'

/** A message, or a response with what its tools gave back: what is undone or compacted as one. */
export type Item = {
  is: 'message' | 'step' | 'summary'
  entries: Entry[]
  before: Item | null // what the model had last when it came
  model: string | null
  isReplay: boolean
  wasUndone: boolean
}

/** What leads to an item, without it. */
export function pathTo(item: Item): Item[] {
  const path: Item[] = []
  for (let at = item.before; at !== null; at = at.before) path.push(at)
  return path.reverse()
}
