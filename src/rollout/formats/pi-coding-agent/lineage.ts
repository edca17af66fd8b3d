import { hash } from 'node:crypto'
import { posix } from 'node:path'
import { writeJson } from '../../../json/exact.ts'
import { isNumber, isObject, parseJson } from '../../../json/json.ts'
import { compareCodePoints } from '../../../python/text.ts'
import type { Diagnostic, Relation } from '../../conversation/row.ts'
import { judgeHead } from '../../log/head.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, entryOf, messageIn } from './entry.ts'
import { type Header, headerOf, isPiRecord } from './header.ts'
import { sessionName } from './session-name.ts'

/** Where a session comes from. */
export type Lineage = {
  relation: Relation | null
  parentId: string | null
  rootId: string | null // null: the session is its own root
  isSubagent: boolean
  shared: ReadonlySet<string> // keys of the parent's entries
  missingHistory: boolean
  diagnostics: Diagnostic[]
  spawnCall: string | null // the parent's call, where it is known
}

/** Of a session that comes from nowhere. */
export const ROOT: Lineage = {
  relation: null,
  parentId: null,
  rootId: null,
  isSubagent: false,
  shared: new Set(),
  missingHistory: false,
  diagnostics: [],
  spawnCall: null,
}

const MAX_GENERATIONS = 100

/** With so many other forks of a lost session a fork is compared. */
const MAX_COMPARED = 64

/** Find out what a session was forked from or spawned by. Reads the parent's header, and its entries only for a fork. */
export async function lineageOf(source: Source, path: string, header: Header | null, entries: readonly Entry[]): Promise<Lineage> {
  const spawner = spawnerOf(source, path)
  if (spawner !== null)
    return { ...ROOT, relation: 'subagent', isSubagent: true, parentId: await idOf(source, spawner), rootId: await rootOf(source, spawner) }
  if (header?.parent == null) return ROOT
  const parent = findParent(source, path, header.parent)
  if (parent === null) return withoutParent(source, path, header, entries)
  const shared = await keysIn(source, parent)
  const isFork = entries.some(entry => shared.has(keyOf(entry) ?? ''))
  return {
    ...ROOT,
    relation: isFork ? 'fork' : 'continuation',
    parentId: await idOf(source, parent),
    rootId: await rootOf(source, parent),
    shared,
  }
}

/** What makes an entry the same in a copy of the session: its id, or the time and the words of its message where entries have none. */
export function keyOf({ hasId, id, record }: Entry): string | null {
  // Ids are short: another session may have drawn the same one for another entry.
  if (hasId) return `${id} ${String(record['timestamp'])}`
  const message = messageIn(record)
  if (!isNumber(message?.['timestamp'])) return null
  const words = hash('sha1', writeJson(message['content'] ?? null))
  return `${String(message['role'])} ${message['timestamp']} ${String(message['toolCallId'])} ${words}`
}

/**
 * The parent is not at hand: it is known by name only. What was copied from it has older times than the header. Of several forks of it
 * the first file keeps what they share.
 */
async function withoutParent(source: Source, path: string, header: Header, entries: readonly Entry[]): Promise<Lineage> {
  const started = Date.parse(header.timestamp ?? '')
  const isCopied = entries.some(({ timestamp }) => Date.parse(timestamp ?? '') < started)
  const parentId = nameIn(header.parent!)
  const diagnostics: Diagnostic[] = [{ code: 'parent_not_found', at: path, detail: { parent: parentId } }]
  const shared = new Set<string>()
  for (const sibling of await forksBefore(source, path, parentId)) {
    const keys = await keysIn(source, sibling)
    if (entries.some(entry => keys.has(keyOf(entry) ?? '')))
      diagnostics.push({ code: 'shared_with_sibling', at: path, detail: { sibling: await idOf(source, sibling) } })
    for (const key of keys) shared.add(key)
  }
  return { ...ROOT, relation: 'fork', parentId, rootId: parentId, shared, missingHistory: !isCopied, diagnostics }
}

/** Files in the same folder, before this one in their order, that are forks of the same session. */
async function forksBefore(source: Source, path: string, parentId: string): Promise<string[]> {
  const folder = posix.dirname(path)
  const forks = await source.shared(`pi forks ${folder}`, async () => {
    const byParent = new Map<string, string[]>()
    for (const name of source.names(folder === '.' ? '' : folder)) {
      const file = posix.join(folder, name)
      if (!isSession(source, file)) continue
      const parent = (await headerAt(source, file))?.parent ?? null
      if (parent === null) continue
      const known = byParent.get(nameIn(parent))
      if (known === undefined) byParent.set(nameIn(parent), [file])
      else known.push(file)
    }
    return byParent
  })
  return (forks.get(parentId) ?? []).filter(file => compareCodePoints(file, path) < 0).slice(0, MAX_COMPARED)
}

/** Sessions of spawned agents lie in a folder that is named like the file of the session that spawned them. */
function spawnerOf(source: Source, path: string): string | null {
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder))
    if (exists(source, `${folder}.jsonl`)) return `${folder}.jsonl`
  return null
}

/** The parent's file: where the header says, or in this folder, or in a neighbouring one, by its path or by its id. */
function findParent(source: Source, path: string, written: string): string | null {
  const folder = posix.dirname(path)
  const parts = written.split(/[\\/]/)
  const base = parts.at(-1)!
  const inside = written.startsWith('/') ? source.relative(written) : null
  const candidates = [inside, posix.join(folder, base), posix.join(folder, '..', parts.at(-2) ?? '', base)]
  const found = candidates.find(candidate => candidate !== null && isSession(source, candidate) && candidate !== path)
  if (found != null) return found
  const named = source.names(folder === '.' ? '' : folder).find(name => sessionName(name).id === base && posix.join(folder, name) !== path)
  return named === undefined ? null : posix.join(folder, named)
}

function isSession(source: Source, path: string): boolean {
  return path.includes('.jsonl') && exists(source, path)
}

function exists(source: Source, path: string): boolean {
  try {
    return source.facts(path) !== null
  } catch {
    return false // outside the folder that is read
  }
}

async function rootOf(source: Source, path: string): Promise<string | null> {
  const seen = new Set([path])
  let at = path
  for (let generation = 0; generation < MAX_GENERATIONS; generation++) {
    const header = await headerAt(source, at)
    const next = spawnerOf(source, at) ?? (header?.parent == null ? null : findParent(source, at, header.parent))
    if (next === null) return header?.parent == null ? idOf(source, at) : nameIn(header.parent)
    if (seen.has(next)) return idOf(source, at)
    seen.add(next)
    at = next
  }
  return idOf(source, at)
}

async function idOf(source: Source, path: string): Promise<string> {
  const { id, stem } = sessionName(path)
  return id ?? (await headerAt(source, path))?.id ?? stem
}

/** The id in what a header says of its parent: a path, a name, or the id itself. */
export function nameIn(written: string): string {
  const { id, stem } = sessionName(written.split(/[\\/]/).at(-1)!)
  return id ?? stem
}

function headerAt(source: Source, path: string): Promise<Header | null> {
  return source.shared(`pi header ${path}`, () =>
    judgeHead(source, path, head => {
      const records = head
        .replace(/^\uFEFF/, '')
        .split('\n')
        .map(parseJson)
      return records.flatMap(record => (isObject(record) ? (headerOf(record) ?? []) : []))[0] ?? null
    }),
  )
}

async function keysIn(source: Source, path: string): Promise<Set<string>> {
  const keys = new Set<string>()
  const unread = new Ledger({ key: path, files: [path] }) // the parent is accounted for where it is a unit of its own
  for await (const line of readLines(source, path, unread, { isRecord: isPiRecord })) {
    const key = keyOf(entryOf(line, 0))
    if (key !== null && headerOf(line.record) === null) keys.add(key)
  }
  return keys
}
