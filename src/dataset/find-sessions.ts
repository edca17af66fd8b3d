import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { closing } from '../closing.ts'
import type { RowFile } from '../codec/codec.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { shellWord } from '../shell-word.ts'
import { readRowFacts } from './dataset-facts.ts'
import { filesOf } from './dataset-files.ts'
import { selectorOf } from './select.ts'
import type { Selectors } from './selectors.ts'
import { MANIFEST, readManifest } from './store/manifest.ts'
import { readAgain, storeChanged } from './store/read-again.ts'

/** A session of a dataset: its id, and the number of its row. */
export type FoundSession = { trace_id: string; number: number }

/** Sessions of a dataset that can be read one by one, with the agents they spawned and the paths that left them. */
export class Sessions {
  /** Those that were asked for, newest first. */
  readonly found: readonly FoundSession[]
  private readonly path: string
  private readonly children: ReadonlyMap<string | null, readonly FoundSession[]>

  private constructor(path: string, found: readonly FoundSession[], children: ReadonlyMap<string | null, readonly FoundSession[]>) {
    this.path = path
    this.found = found
    this.children = children
  }

  /** Find sessions: `id` is the whole trace id or how it begins, 'last', 'last:3', or null for all that selectors take. Throws where there is none, or several an id could mean. */
  static async find(path: string, id: string | null, selectors: Selectors = {}): Promise<Sessions> {
    return readAgain(path, () => Sessions.look(path, id, selectors))
  }

  private static async look(path: string, id: string | null, selectors: Selectors): Promise<Sessions> {
    const isSelected = selectorOf(selectors)
    const all: (FoundSession & { parent: string | null; isSpawned: boolean; at: number; isSelected: boolean })[] = []
    for await (const facts of readRowFacts(path)) {
      const { trace_id, parent_trace_id: parent, relation, ended_at, started_at } = facts
      const at = started_at ?? ended_at ?? -Infinity
      all.push({ trace_id, number: all.length, parent, isSpawned: relation === 'subagent', at, isSelected: isSelected(facts) })
    }
    const children = Map.groupBy(all, ({ parent }) => parent)
    const newest = all.filter(session => session.isSelected).sort((a, b) => b.at - a.at || b.number - a.number)
    const last = id === null ? null : /^last(?::(\d{1,6}))?$/.exec(id)
    if (id === null || last !== null) {
      const begun = newest.filter(({ isSpawned }) => !isSpawned)
      const nth = last === null ? 0 : Number(last[1] ?? 1) - 1
      if (begun[nth] === undefined) throw noSession(path, id ?? 'that meets the selectors', { of: all.length, selected: newest.length })
      return new Sessions(path, last === null ? begun : [begun[nth]], children)
    }
    const whole = newest.filter(({ trace_id }) => trace_id === id)
    const meant = whole.length > 0 ? whole : newest.filter(({ trace_id }) => trace_id.startsWith(id))
    if (meant.length === 0) throw noSession(path, `'${id}'`, { of: all.length, selected: newest.length })
    if (meant.length > 1) {
      const some = meant.slice(0, 8).map(({ trace_id }) => trace_id)
      const more = meant.length > 8 ? ` and ${meant.length - 8} more` : ''
      throw new TracewrightError('usage', `Cannot tell which session '${id}' is: found ${some.join(', ')}${more}`, {
        hint: 'Give more of the id',
      })
    }
    return new Sessions(path, meant, children)
  }

  /** A session and its family. Numbers of rows hold for as long as nobody writes the store: then they are looked for anew. */
  async read(session: FoundSession): Promise<{ row: Row; family: Row[] }> {
    let isFirst = true
    return readAgain(this.path, async () => {
      const sessions = isFirst ? this : await Sessions.look(this.path, session.trace_id, {})
      const found = isFirst ? session : sessions.found[0]!
      isFirst = false
      return sessions.readNow(found)
    })
  }

  private async readNow({ trace_id, number }: FoundSession): Promise<{ row: Row; family: Row[] }> {
    const { files, types, counts } = filesOf(this.path)
    const rows = await openRowFiles(files, { types, counts })
    using _rows = closing(rows)
    const family: Row[] = []
    const seen = new Set([trace_id])
    for (const below = [...(this.children.get(trace_id) ?? [])]; below.length > 0; ) {
      const child = below.shift()!
      if (seen.size === seen.add(child.trace_id).size) continue
      family.push(await this.rowOf(rows, child))
      below.push(...(this.children.get(child.trace_id) ?? []))
    }
    return { row: await this.rowOf(rows, { trace_id, number }), family }
  }

  private async rowOf(rows: RowFile, { trace_id, number }: FoundSession): Promise<Row> {
    if (number >= rows.size) throw storeChanged(this.path)
    const row = await rows.read(number)
    if (row['trace_id'] !== trace_id) throw storeChanged(this.path)
    return row
  }
}

/** The store that is meant where none is named: the folder itself, or the only one in it. */
export function storeHere(folder: string): string {
  if (isStore(folder)) return folder
  const stores = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && isStore(join(folder, entry.name)))
    .map(({ name }) => name)
  if (stores.length === 1) return join(folder, stores[0]!)
  throw new TracewrightError('usage', `Cannot tell which store is meant: found ${stores.length === 0 ? 'none' : stores.join(', ')} here`, {
    hint: stores.length === 0 ? 'Make one: tracewright ingest -o sessions; or name one: --store DIR' : 'Name one: --store DIR',
  })
}

/** The store that was named. Throws where there is none. `what`: what was attempted. */
export function storeAt(folder: string, what: string): string {
  if (isStore(folder)) return folder
  throw new TracewrightError('usage', `Cannot ${what} '${folder}': it is no store`, { hint: 'Make one: tracewright ingest PATH -o DIR' })
}

function isStore(folder: string): boolean {
  return existsSync(join(folder, MANIFEST)) && readManifest(folder) !== null
}

function noSession(path: string, what: string, { of, selected }: { of: number; selected: number }): TracewrightError {
  const found = selected < of ? `${selected} of its ${of} sessions meet the selectors` : `it has ${of}`
  return new TracewrightError('usage', `There is no session ${what} in '${path}': ${found}`, {
    hint: `They are listed by: tracewright query ${shellWord(path)} "select trace_id, started_at from rows"`,
  })
}
