import { compareCodePoints } from '../../../python/text.ts'
import { addTo } from '../../add-to.ts'
import { Ledger } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import { parseFileName } from './file-name.ts'
import { lineageOf } from './lineage.ts'
import { parseMeta, type SessionMeta } from './meta.ts'
import { readEntries } from './read.ts'

/** Patterns of the files that may be rollouts. */
export const ROLLOUT_PATTERNS = ['*.jsonl', '*.jsonl.zst', 'rollout-*.json', 'codex.txt'] as const

/** Folders of a Codex home that hold rollouts; what else is in it is not looked at. */
export const ROLLOUT_FOLDERS = ['sessions', 'archived_sessions'] as const

/** How much of a file is read in search of its first `session_meta`. */
const HEAD_ENTRIES = 8

/** The threads below a root, by the ids in their file names. */
export class Threads {
  private readonly source: Source
  private readonly listed: readonly string[]
  private readonly byThread: ReadonlyMap<string | null, readonly string[]>
  private readonly files = new Map<string, string>() // id of a thread or of a revision → file
  private readonly copies = new Map<string, string[]>() // the other files of such an id, if there are any

  private constructor(source: Source, recursive: boolean) {
    this.source = source
    this.listed = listRollouts(source, recursive).sort(compareCodePoints)
    this.byThread = Map.groupBy(this.listed, file => parseFileName(file).thread)
    for (const file of [...this.listed].sort(compareForChoice)) {
      const { thread, revision } = parseFileName(file)
      const id = revision ?? thread
      if (id === null) continue
      if (this.files.has(id)) addTo(this.copies, id, file)
      else this.files.set(id, file)
    }
  }

  /** The threads of a source, listed once. `recursive` false: only the folder itself, for a root that was not chosen to be searched. */
  static of(source: Source, recursive: boolean): Threads {
    return source.shared('codex threads', () => new Threads(source, recursive))
  }

  /** The file a thread, or a revision of one, is in; null where it is not below the root. Of copies in several homes the one nearest to `asker`. */
  file(id: string, asker: string): string | null {
    const name = this.files.has(id.toLowerCase()) ? id.toLowerCase() : id
    const first = this.files.get(name)
    if (first === undefined) return null
    const home = homeOf(asker)
    const nearness = (file: string) => sharedFolders(homeOf(file), home)
    return (this.copies.get(name) ?? []).reduce((best, file) => (nearness(file) > nearness(best) ? file : best), first)
  }

  /** Files that hold a thread, its own before rewritten ones, these in the order of their paths. */
  versionsOf(id: string): string[] {
    const named = this.byThread.get(id.toLowerCase()) ?? []
    const isOwn = (file: string) => parseFileName(file).revision === null
    return [...named.filter(isOwn), ...named.filter(file => !isOwn(file))]
  }

  /** Files of threads that name this one as the one they come from, or hold a copy of its head, in the order of their paths. */
  async childrenOf(id: string): Promise<readonly string[]> {
    const byParent = await this.source.shared('codex children', async () => {
      const found = new Map<string, string[]>()
      for (const file of this.listed) {
        const parent = await parentIn(this.source, file)
        if (parent === null) continue
        const known = found.get(parent)
        if (known === undefined) found.set(parent, [file])
        else known.push(file)
      }
      return found
    })
    return byParent.get(id) ?? []
  }

  /** What a file's first `session_meta` says; null where it has none. */
  meta(file: string): Promise<SessionMeta | null> {
    return this.source.shared(`codex meta ${file}`, () => firstMeta(this.source, file))
  }
}

function listRollouts(source: Source, recursive: boolean): string[] {
  const names = source.names('')
  const folders = ROLLOUT_FOLDERS.filter(folder => names.includes(folder))
  const searched = folders.length > 0 ? folders : ['']
  return searched.flatMap(folder => source.list({ patterns: ROLLOUT_PATTERNS, recursive: recursive || folder !== '', folder }))
}

/** Of files with one thread the plain one is chosen before the compressed one, and archives come last. */
function compareForChoice(a: string, b: string): number {
  const rank = (path: string) => (path.startsWith('archived_sessions/') ? 2 : 0) + (path.endsWith('.zst') ? 1 : 0)
  return rank(a) - rank(b) || compareCodePoints(a, b)
}

/** The folders above those that Codex keeps rollouts in: people copy a whole home. */
function homeOf(file: string): string[] {
  const folders = file.split('/').slice(0, -1)
  const at = folders.findLastIndex(name => (ROLLOUT_FOLDERS as readonly string[]).includes(name))
  return at < 0 ? folders : folders.slice(0, at)
}

/** How many folders two paths begin with alike; more where they are the same. */
function sharedFolders(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((name, i) => name !== other[i])
  if (differs >= 0) return differs
  return one.length === other.length ? Number.POSITIVE_INFINITY : one.length
}

async function firstMeta(source: Source, file: string): Promise<SessionMeta | null> {
  let read = 0
  for await (const entry of readAside(source, file)) {
    if (entry.kind === 'meta') return parseMeta(entry.payload)
    if (++read >= HEAD_ENTRIES) return null
  }
  return null
}

/** The thread that a file's head says it comes from: by its own word, else by the other thread's head behind its own. */
async function parentIn(source: Source, file: string): Promise<string | null> {
  let own: SessionMeta | null = null
  let read = 0
  for await (const entry of readAside(source, file)) {
    if (entry.kind === 'meta') {
      const meta = parseMeta(entry.payload)
      if (own === null) own = meta
      else if (meta.id !== own.id) return lineageOf(own, meta.id).parent
    }
    if (++read >= HEAD_ENTRIES) break
  }
  return own === null ? null : lineageOf(own, null).parent
}

/** Read a file that another unit accounts for: nothing of it is settled here. */
export async function* readAside(source: Source, file: string): AsyncIterable<Entry> {
  const ledger = new Ledger({ key: file, files: [file] })
  for await (const entry of readEntries(source, file, ledger)) yield { ...entry, place: { ...entry.place, index: -1 } }
}
