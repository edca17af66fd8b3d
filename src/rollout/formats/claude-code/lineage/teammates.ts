import { isObject, type JsonObject, stringOrNull } from '../../../../json/json.ts'
import type { Source } from '../../../log/source.ts'
import { logFile } from '../files.ts'
import { recordsWith, sessionFiles } from './siblings.ts'

/** Where a teammate came from: its own id, the session that leads, and the call that spawned it. */
export type Spawn = { id: string; name: string; team: string | null; lead: string; callId: string | null; timestamp: string | null }

/** The call that spawned a teammate, found in the sessions of its folder; null where none of them did. */
export async function teammateSpawn(
  source: Source,
  path: string,
  name: string,
  team: string | null,
  startedAt: string | null,
): Promise<Spawn | null> {
  const spawns = (await spawnsIn(source, logFile(path).folder)).filter(
    spawn => spawn.name === name && spawn.lead !== path && (team === null || spawn.team === null || spawn.team === team),
  )
  // A name is used again by other teams; its own team was spawned last before it began.
  const before = spawns.filter(({ timestamp }) => timestamp === null || startedAt === null || timestamp <= startedAt)
  const candidates = before.length > 0 ? before : spawns
  return candidates.reduce<Spawn | null>(
    (best, one) => (best === null || (one.timestamp ?? '') > (best.timestamp ?? '') ? one : best),
    null,
  )
}

function spawnsIn(source: Source, folder: string): Promise<Spawn[]> {
  return source.shared(`claude_code teammates in ${folder}`, async () => {
    const spawns: Spawn[] = []
    for (const path of sessionFiles(source, folder))
      for await (const record of recordsWith(source, path, ['teammate_spawned'])) {
        const spawn = spawnOf(record, path)
        if (spawn !== null) spawns.push(spawn)
      }
    return spawns
  })
}

function spawnOf(record: JsonObject, lead: string): Spawn | null {
  const result = record['toolUseResult']
  if (!isObject(result) || result['status'] !== 'teammate_spawned') return null
  const id = stringOrNull(result['teammate_id']) ?? stringOrNull(result['agent_id'])
  const name = stringOrNull(result['name']) ?? id?.split('@')[0] ?? null
  if (name === null) return null
  const content = isObject(record['message']) ? record['message']['content'] : null
  const answer = Array.isArray(content) ? content.find(block => isObject(block) && block['type'] === 'tool_result') : null
  return {
    id: id ?? name,
    name,
    team: stringOrNull(result['team_name']),
    lead,
    callId: isObject(answer) ? stringOrNull(answer['tool_use_id']) : null,
    timestamp: stringOrNull(record['timestamp']),
  }
}
