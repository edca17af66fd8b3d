import { posix } from 'node:path'
import { isObject, type Json, parseJson, stringOrNull } from '../../../json/json.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { isMessage } from './entry.ts'

/** The session whose agent spawned this one: its folder is in that one's, under `agents`. */
export async function spawnerOf(source: Source, file: string): Promise<{ session: string; folder: string } | null> {
  const agents = posix.dirname(posix.dirname(file))
  if (posix.basename(agents) !== 'agents') return null
  const folder = posix.dirname(agents)
  const path = folder === '.' ? 'meta.json' : `${folder}/meta.json`
  const meta = await source.shared(`vibe session ${path}`, () => source.json(path).catch(() => null))
  const session = isObject(meta) ? stringOrNull(meta['session_id']) : null
  return { session: session ?? posix.basename(folder), folder }
}

/** The call that spawned an agent: the only one of its spawner that set it the task it began with. */
export async function spawnCallOf(source: Source, folder: string, prompt: string): Promise<string | null> {
  const tasks = await source.shared(`vibe tasks ${folder}`, () =>
    tasksIn(source, folder === '.' ? 'messages.jsonl' : `${folder}/messages.jsonl`),
  )
  // The program may put a note in front of the task.
  const found = tasks.filter(({ task }) => prompt === task || prompt.endsWith(`\n${task}`))
  return found.length === 1 ? found[0]!.id : null
}

async function tasksIn(source: Source, path: string): Promise<{ id: string; task: string }[]> {
  if (source.facts(path) === null) return []
  const tasks: { id: string; task: string }[] = []
  const aside = new Ledger({ key: path, files: [path] })
  for await (const { record } of readLines(source, path, aside, { isRecord: isMessage }))
    for (const call of Array.isArray(record['tool_calls']) ? record['tool_calls'].filter(isObject) : []) {
      const made = isObject(call['function']) ? call['function'] : {}
      const given: Json | undefined = typeof made['arguments'] === 'string' ? parseJson(made['arguments']) : made['arguments']
      if (made['name'] === 'task' && typeof call['id'] === 'string' && isObject(given) && typeof given['task'] === 'string')
        tasks.push({ id: call['id'], task: given['task'] })
    }
  return tasks
}
