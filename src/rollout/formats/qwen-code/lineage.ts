import { posix } from 'node:path'
import { isObject, stringOrNull } from '../../../json/json.ts'
import type { Relation } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'

/** Whose child a session is: an agent's lies in a folder named for the session that spawned it, a fork says which it was made of. */
export function kinOf(file: string, entries: readonly Entry[]): { isAgent: boolean; parent: string | null; relation: Relation | null } {
  const spawner = /\/subagents\/([^/]+)\/[^/]+$/.exec(file)?.[1] ?? null
  const isAgent = spawner !== null || entries.some(({ record }) => record['isSidechain'] === true)
  const fork = entries.map(({ record }) => record['forkedFrom']).find(isObject)
  const forkedFrom = fork === undefined ? null : stringOrNull(fork['sessionId'])
  return { isAgent, parent: spawner ?? forkedFrom, relation: isAgent ? 'subagent' : forkedFrom === null ? null : 'fork' }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The session a file holds: the one it is named for, whatever its records say, else the one most of them name. */
export function sessionOf(file: string, entries: readonly Entry[], isAgent: boolean): string {
  const stem = posix.basename(plainName(file), '.jsonl')
  if (isAgent || UUID.test(stem)) return stem
  const counts = new Map<string, number>()
  for (const { record } of entries) {
    const named = stringOrNull(record['sessionId'])
    if (named !== null) counts.set(named, (counts.get(named) ?? 0) + 1)
  }
  return [...counts].reduce<[string, number]>((most, one) => (one[1] > most[1] ? one : most), [stem, 0])[0]
}
