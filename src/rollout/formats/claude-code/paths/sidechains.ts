import type { Entry } from '../entry.ts'

/** A spawned agent's conversation found inside the session's own log, as versions 1.0.x write it. */
export type Sidechain = {
  agentId: string | null
  entries: Entry[]
  follows: string | null // uuid of the record of the main conversation it hangs on, where it does
}

/** Take the sidechains out of a log. Several may run at once, their records interleaved. */
export function splitSidechains(entries: Entry[]): { main: Entry[]; sidechains: Sidechain[] } {
  if (!entries.some(({ sidechain }) => sidechain)) return { main: entries, sidechains: [] }
  const main: Entry[] = []
  const sidechains: Sidechain[] = []
  const byAgent = new Map<string, Sidechain>()
  const byUuid = new Map<string, Sidechain>()
  let last: Sidechain | null = null

  const begin = (entry: Entry): Sidechain => {
    const chain: Sidechain = { agentId: entry.agentId, entries: [], follows: entry.parent ?? null }
    sidechains.push(chain)
    if (entry.agentId !== null) byAgent.set(entry.agentId, chain)
    return chain
  }
  const chainOf = (entry: Entry): Sidechain => {
    if (entry.agentId !== null) return byAgent.get(entry.agentId) ?? begin(entry)
    const known = byUuid.get(entry.parent ?? '')
    if (known !== undefined) return known
    // A parent that is not here was lost, and the record goes on with what came before; one in the main conversation spawned it.
    const isRoot = entry.parent === null || entry.parent === undefined
    const isPrompt = entry.said.kind === 'user' && entry.said.results.length === 0
    if (last === null || (isRoot && isPrompt)) return begin(entry)
    return last
  }

  for (const entry of entries) {
    if (!entry.sidechain) {
      main.push(entry)
      continue
    }
    // Marks of the session's own hooks carry the flag too, and say nothing of an agent.
    if (entry.said.kind === 'link' && entry.agentId === null && !byUuid.has(entry.parent ?? '')) {
      main.push(entry)
      continue
    }
    last = chainOf(entry)
    last.entries.push(entry)
    if (entry.uuid !== null) byUuid.set(entry.uuid, last)
  }
  return { main, sidechains: sidechains.filter(chain => chain.entries.some(({ said }) => said.kind !== 'link')) }
}
