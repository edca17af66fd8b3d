import type { Entry } from '../entry.ts'

/** Take out what a later record replaced or took back, with the results of the calls made in it. */
export function splitRetracted(entries: Entry[]): { kept: Entry[]; retracted: Entry[] } {
  const uuids = new Set<string>()
  for (const { said } of entries)
    for (const uuid of said.kind === 'model' ? said.supersedes : said.kind === 'failure' ? said.retracted : NOTHING) uuids.add(uuid)
  if (uuids.size === 0) return { kept: entries, retracted: [] }
  const isRetracted = ({ uuid, said }: Entry) => uuid !== null && uuids.has(uuid) && (said.kind === 'model' || said.kind === 'user')
  const calls = new Set(
    entries.flatMap(entry =>
      isRetracted(entry) && entry.said.kind === 'model' ? entry.said.pieces.flatMap(piece => (piece.kind === 'call' ? piece.id : [])) : [],
    ),
  )
  const answersRetracted = ({ said }: Entry) =>
    said.kind === 'user' && said.results.length > 0 && said.content.length === 0 && said.results.every(({ callId }) => calls.has(callId))
  const goes = (entry: Entry) => isRetracted(entry) || answersRetracted(entry)
  return { kept: entries.filter(entry => !goes(entry)), retracted: entries.filter(goes) }
}

const NOTHING: readonly string[] = []
