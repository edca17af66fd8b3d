import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { blocksOf } from '../../conversation/parts.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Source } from '../../log/source.ts'
import { isContextRecord } from './sniff.ts'

/** Whose log a folder holds: a session's, or that of an agent in it. */
export type Kin = { id: string; session: string; agent: string | null; parent: string | null; parentFolder: string | null }

/** A spawned agent's folder lies in its session's: `<session>/subagents/<agent>/`. */
export function kinOf(file: string, meta: JsonObject): Kin {
  const folder = posix.dirname(file)
  const base = posix.basename(plainName(file), '.jsonl')
  const own = /^(?:context(?:_\d+)?|wire)$/.test(base) && folder !== '.' ? posix.basename(folder) : base
  if (posix.basename(posix.dirname(folder)) !== 'subagents') return { id: own, session: own, agent: null, parent: null, parentFolder: null }
  const parentFolder = posix.dirname(posix.dirname(folder))
  const session = parentFolder === '.' ? own : posix.basename(parentFolder)
  const agent = stringOrNull(meta['agent_id']) ?? own
  return { id: `${session}/${agent}`, session, agent, parent: session, parentFolder }
}

/** What lies beside a log: what is known of its session, or of the agent it is of. */
export async function readBeside(source: Source, file: string): Promise<{ state: JsonObject; meta: JsonObject }> {
  const folder = posix.dirname(file)
  const read = async (name: string) => {
    const value = await source.json(folder === '.' ? name : `${folder}/${name}`).catch(() => null)
    return isObject(value) ? value : {}
  }
  return { state: await read('state.json'), meta: await read('meta.json') }
}

/** The call that each agent was spawned by: its result names the agent. */
export function spawnsOf(source: Source, folder: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`kimi spawns ${folder}`, async () => {
    const calls = new Map<string, string>()
    for (const name of source.names(folder).filter(found => /^context(?:_\d+)?\.jsonl$/.test(found))) {
      const path = `${folder}/${name}`
      const aside = new Ledger({ key: path, files: [path] })
      for await (const { record } of readLines(source, path, aside, { isRecord: isContextRecord })) {
        const { role, tool_call_id: call, content } = record
        const agent = role === 'tool' ? /^agent_id: ([\w.-]+)$/m.exec(textOf(blocksOf(content)))?.[1] : undefined
        if (agent !== undefined && typeof call === 'string' && !calls.has(agent)) calls.set(agent, call)
      }
    }
    return calls
  })
}

/** The folder a session worked in: its own is named for a hash of it, and a list above has them all. */
export async function workingFolder(source: Source, file: string): Promise<string | null> {
  const found = /^(?:(.*)\/)?sessions\/([^/]+)\//.exec(file)
  if (found === null) return null
  const path = found[1] === undefined ? 'kimi.json' : `${found[1]}/kimi.json`
  const hashes = await source.shared(`kimi folders ${path}`, async () => {
    const index = await source.json(path).catch(() => null)
    const listed = isObject(index) && Array.isArray(index['work_dirs']) ? index['work_dirs'].filter(isObject) : []
    return new Map(
      listed.flatMap(({ path: folder, kaos }): [string, string][] => {
        if (typeof folder !== 'string') return []
        const hash = createHash('md5').update(folder).digest('hex')
        return [[typeof kaos === 'string' && kaos !== 'local' ? `${kaos}_${hash}` : hash, folder]]
      }),
    )
  })
  return hashes.get(found[2]!) ?? null
}
