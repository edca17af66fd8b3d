import type { Compaction, Entry } from '../entry.ts'

/**
 * What the model was given at the end: from the last compaction on, with what it left in the context as it was. `dropped` is what it
 * took out.
 */
export function lastContext(entries: readonly Entry[]): { kept: Entry[]; dropped: Entry[] } {
  // A compaction that no turn follows has replaced nothing yet.
  const lastTurn = entries.findLastIndex(({ said }) => said.kind === 'model' || (said.kind === 'user' && (said.prompt || said.queued)))
  const summary = entries.findLastIndex(({ said }, i) => i < lastTurn && said.kind === 'user' && said.boundary === 'compaction')
  const boundary = entries.findLastIndex(({ said }, i) => i < lastTurn && said.kind === 'compaction')
  const start = boundary >= 0 && (summary < 0 || boundary > summary || noneSaidBetween(entries, boundary, summary)) ? boundary : summary
  if (start <= 0) return { kept: [...entries], dropped: [] }
  const { said } = entries[start]!
  const stays = said.kind === 'compaction' ? preserved(entries, start, said) : new Set<Entry>()
  const before = entries.slice(0, start)
  const after = entries.slice(start)
  const standing = before.filter(entry => stays.has(entry))
  const isBefore = said.kind === 'compaction' && said.before
  const end = isBefore ? 0 : after.findIndex(entry => entry.said.kind === 'user' && entry.said.boundary === 'compaction') + 1
  return { kept: [...after.slice(0, end), ...standing, ...after.slice(end)], dropped: before.filter(entry => !stays.has(entry)) }
}

function noneSaidBetween(entries: readonly Entry[], from: number, to: number): boolean {
  return entries.slice(from + 1, to).every(({ said }) => said.kind !== 'model')
}

function preserved(entries: readonly Entry[], end: number, { head, tail, kept }: Compaction): Set<Entry> {
  const uuids = new Set(kept)
  const indexOf = (uuid: string | null) => (uuid === null ? -1 : entries.findIndex(entry => entry.uuid === uuid))
  const [from, to] = [indexOf(head), indexOf(tail)]
  const inSegment = (index: number) => from >= 0 && to >= 0 && index >= from && index <= to
  return new Set(entries.filter((entry, index) => index < end && (uuids.has(entry.uuid ?? '') || inSegment(index))))
}
