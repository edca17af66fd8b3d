import type { Entry } from '../../log/entries.ts'

/** A message, or a response with what its tools gave back: what is undone or compacted as one. */
export type Item = { is: 'message' | 'step' | 'summary'; entries: Entry[]; model: string | null; isReplay: boolean; wasUndone: boolean }
