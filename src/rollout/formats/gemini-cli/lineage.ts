import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { isObject, stringOrNull } from '../../../json/json.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { isGeminiRecord } from './entry.ts'
import { callsOf } from './paths.ts'

/** Where a session stands: the agent that spawned it, and the folder it worked in. */
export type Lineage = { parent: string | null; root: string | null; spawnCall: string | null }

/** A spawned agent's log lies in a folder named for its spawner: `chats/<parent>/<own>.jsonl`. */
export async function lineageOf(source: Source, file: string, session: string): Promise<Lineage> {
  const folder = posix.dirname(file)
  const chats = posix.dirname(folder)
  if (posix.basename(chats) !== 'chats') return { parent: null, root: null, spawnCall: null }
  const parent = posix.basename(folder)
  const seen = new Set([session])
  let root = parent
  for (let above: string | null = parent; above !== null && !seen.has(above); above = spawnerOf(source, chats, above)) {
    seen.add(above)
    root = above
  }
  const calls = await source.shared(`gemini spawns ${chats}/${parent}`, () => spawnCalls(source, chats, parent))
  return { parent, root, spawnCall: calls.get(session) ?? null }
}

/** Whose folder a spawned agent's log lies in. */
function spawnerOf(source: Source, chats: string, session: string): string | null {
  const folders = source.shared(`gemini agents ${chats}`, () => {
    const found = new Map<string, string>()
    for (const folder of source.names(chats))
      for (const name of /\.jsonl?$/.test(folder) ? [] : source.names(`${chats}/${folder}`))
        found.set(posix.basename(name, '.jsonl'), folder)
    return found
  })
  return folders.get(session) ?? null
}

/** The call that each agent was spawned by, out of its spawner's log. */
async function spawnCalls(source: Source, chats: string, parent: string): Promise<ReadonlyMap<string, string>> {
  const names = source.names(chats).filter(name => name.startsWith('session-') && name.endsWith(`-${parent.slice(0, 8)}.jsonl`))
  const above = spawnerOf(source, chats, parent)
  const files = [...names.map(name => `${chats}/${name}`), ...(above === null ? [] : [`${chats}/${above}/${parent}.jsonl`])]
  const calls = new Map<string, string>()
  for (const file of files.filter(path => source.facts(path) !== null)) {
    const aside = new Ledger({ key: file, files: [file] })
    for await (const { record } of readLines(source, file, aside, { isRecord: isGeminiRecord }))
      for (const { agentId, id } of callsOf(record)) if (typeof agentId === 'string' && typeof id === 'string') calls.set(agentId, id)
  }
  return calls
}

/** The folder a session worked in: its log only has a hash of it, or lies in a folder named for it. */
export async function workingFolder(source: Source, file: string, hash: string | null): Promise<string | null> {
  const at = file.lastIndexOf('/chats/')
  if (at < 0) return null
  const project = file.slice(0, at)
  const home = posix.dirname(posix.dirname(project))
  const beside = await source.text(`${project}/.project_root`).catch(() => null)
  if (beside !== null && beside.trim() !== '') return beside.trim()
  const above = home === '.' ? '' : `${home}/`
  const past = await source.text(`${above}history/${posix.basename(project)}/.project_root`).catch(() => null)
  if (past !== null && past.trim() !== '') return past.trim()
  const index = await source.shared(`gemini projects ${above}`, () => source.json(`${above}projects.json`).catch(() => null))
  const projects = isObject(index) && isObject(index['projects']) ? Object.entries(index['projects']) : []
  const named = projects.find(([, slug]) => stringOrNull(slug) === posix.basename(project))
  return (named ?? projects.find(([path]) => createHash('sha256').update(path).digest('hex') === hash))?.[0] ?? null
}
