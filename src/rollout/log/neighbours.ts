import type { ToldBeginnings } from './beginnings.ts'
import type { ToldEnds } from './end-words.ts'
import type { Source } from './source.ts'

/** What was found out of the logs of a folder when they were found: no thread has to ask it of the disk again. */
export type Neighbours = { ends: ToldEnds | null; began: ToldBeginnings | null }

/** What a source knows, for one of another thread. */
export function toldOf({ ends, began }: Source): Neighbours {
  return { ends: ends.told(), began: began.told() }
}

/** Let a source hear what one of another thread has told. */
export function hear(source: Source, { ends, began }: Neighbours): void {
  if (ends !== null) source.ends.hear(ends)
  if (began !== null) source.began.hear(began)
}
