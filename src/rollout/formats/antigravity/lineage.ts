import { posix } from 'node:path'
import { isObject, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { textIn } from './content.ts'
import { OpenCalls } from './pairing.ts'

/** Where a conversation stands: which one spawned it, by which call, and the first above it. */
export type Kin = { parent: string; root: string; spawnCall: string | null }

type Spawn = { parent: string; call: string | null }

/** Who spawned a conversation: the result of the call that did names it, in the spawner's transcript. */
export async function kinOf(source: Source, file: string, id: string): Promise<Kin | null> {
  const brain = brainOf(file)
  if (brain === null) return null
  // What is read to know all spawns is not what each conversation depends on: that would be every transcript, for every one.
  const { spawns, spoken } = await source.shared(`antigravity spawns ${brain}`, () => source.watch(() => spawnsIn(source, brain)).value)
  const spawn = spawns.get(id)
  const own = spoken.get(id)
  for (const [other, span] of spoken) if (other === spawn?.parent || couldSpawn(span, own)) source.dependOn(span.file)
  if (spawn === undefined) return null
  let root = spawn.parent
  const seen = new Set([id, root])
  for (let above = spawns.get(root)?.parent; above !== undefined && !seen.has(above); above = spawns.get(above)?.parent) {
    seen.add(above)
    root = above
    source.dependOn(spoken.get(above)!.file)
  }
  return { parent: spawn.parent, root, spawnCall: spawn.call }
}

/** The folder that a conversation worked in: the list of prompts says it, and of the last one in a folder the list of these. */
export async function workingFolder(source: Source, file: string, id: string): Promise<string | null> {
  const brain = brainOf(file)
  if (brain === null || brain === '') return null
  const home = posix.dirname(brain)
  const folders = await source.shared(`antigravity folders ${home}`, () => foldersIn(source, home))
  return folders.get(id) ?? null
}

async function foldersIn(source: Source, home: string): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>()
  const last = await source.json(posix.join(home, 'cache/last_conversations.json')).catch(() => null)
  for (const [folder, id] of Object.entries(isObject(last) ? last : {})) if (typeof id === 'string') folders.set(id, folder)
  const typed = (await source.text(posix.join(home, 'history.jsonl')).catch(() => null)) ?? ''
  for (const line of typed.split('\n')) {
    const prompt = parseJson(line)
    if (!isObject(prompt)) continue
    const [id, folder] = [stringOrNull(prompt['conversationId']), stringOrNull(prompt['workspace'])]
    if (id !== null && folder !== null) folders.set(id, folder)
  }
  return folders
}

type Spawns = { spawns: ReadonlyMap<string, Spawn>; spoken: ReadonlyMap<string, Span> }

/** From the first step of a conversation to the last change of its transcript, in milliseconds. */
type Span = { file: string; start: number; end: number }

/** Whoever spawns a conversation was there when it began, and was written to since. Without times nobody is ruled out. */
function couldSpawn(other: Span, own: Span | undefined): boolean {
  return own !== undefined && other !== own && !(other.start > own.start) && !(other.end < own.start)
}

async function spawnsIn(source: Source, brain: string): Promise<Spawns> {
  const conversations = new Set(source.names(brain))
  const [spawns, spoken] = [new Map<string, Spawn>(), new Map<string, Span>()]
  if (conversations.size < 2) return { spawns, spoken } // one that is alone was spawned by nobody here, and need not be read for it
  for (const parent of [...conversations].sort()) {
    const transcript = await readTranscript(source, brain, parent)
    if (transcript === null) continue
    spoken.set(parent, transcript.span)
    for (const [child, call] of transcript.children)
      if (child !== parent && conversations.has(child) && !spawns.has(child)) spawns.set(child, { parent, call })
  }
  return { spawns, spoken }
}

type Transcript = { span: Span; children: [child: string, call: string | null][] }

async function readTranscript(source: Source, brain: string, id: string): Promise<Transcript | null> {
  const logs = posix.join(brain, id, '.system_generated/logs')
  for (const file of [`${logs}/transcript_full.jsonl`, `${logs}/transcript.jsonl`]) {
    const text = await source.text(file).catch(() => null)
    if (text === null) continue
    const start = Date.parse(/"created_at"\s*:\s*"([^"]*)"/.exec(text.slice(0, HEAD))?.[1] ?? '')
    const span = { file, start, end: source.facts(file)?.mtimeMs ?? Number.NaN }
    return { span, children: text.includes(SPAWNS) ? [...childrenIn(text)] : [] }
  }
  return null
}

/** The first step's time stands in so many characters. */
const HEAD = 65536

/** Every conversation that a result of a spawning call names, with the call. */
function* childrenIn(transcript: string): Iterable<[string, string | null]> {
  const calls = new OpenCalls()
  for (const [i, line] of transcript.split('\n').entries()) {
    const record = parseJson(line)
    if (!isObject(record)) continue
    if (record['type'] === 'PLANNER_RESPONSE') calls.begin({ record, text: null, place: { file: '', line: i + 1, offset: 0, index: 0 } })
    else if (record['source'] === 'MODEL' || record['type'] === 'ERROR_MESSAGE') {
      if (record['status'] === 'RUNNING') continue // it is written again when it is done
      const call = calls.take(String(record['type']))
      if (record['type'] === SPAWNS) for (const [child] of textIn(record['content']).matchAll(CONVERSATION)) yield [child, call]
    }
  }
}

/** The folder of conversations that a transcript lies in; '' is the root. */
function brainOf(file: string): string | null {
  const found = /^(?:(.*)\/)?[^/]+\/\.system_generated\/logs\/[^/]+$/.exec(file)
  return found === null ? null : (found[1] ?? '')
}

const SPAWNS = 'INVOKE_SUBAGENT'
const CONVERSATION = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g
