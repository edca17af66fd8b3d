import { isObject, stringOrNull } from '../../../json/json.ts'
import type { Relation } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'

/** Whose child a session is: an agent's lies in a folder named for the session that spawned it, a fork says which it was made of. */
export function kinOf(file: string, entries: readonly Entry[]): { isAgent: boolean; parent: string | null; relation: Relation | null } {
  const spawner = /\/subagents\/([^/]+)\/[^/]+$/.exec(file)?.[1] ?? null
  const isAgent = spawner !== null || entries.some(({ record }) => record['isSidechain'] === true)
  const fork = entries.map(({ record }) => record['forkedFrom']).find(isObject)
  const forkedFrom = fork === undefined ? null : stringOrNull(fork['sessionId'])
  return { isAgent, parent: spawner ?? forkedFrom, relation: isAgent ? 'subagent' : forkedFrom === null ? null : 'fork' }
}
