import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import { below } from './files.ts'
import type { Notes } from './notes.ts'

/** A session's entry in its folder's `sessions-index.json`, and the project it names. The index is often stale, or absent, or a bare list. */
export async function indexEntry(
  source: Source,
  folder: string,
  session: string,
): Promise<{ entry: JsonObject | null; project: string | null }> {
  const index = await source.shared(`claude_code index of ${folder}`, () => readIndex(source, folder))
  const entry = index.entries.get(session) ?? null
  return { entry, project: stringOrNull(entry?.['projectPath']) ?? (entry === null ? null : index.project) }
}

/** A session's title and where it was found. What a person named it counts most, then what a model did. */
export function titleOf(notes: Notes, entry: JsonObject | null, entries: readonly Entry[]): { title: string; title_source: string } | null {
  const uuids = notes.summaries.length === 0 ? null : new Set(entries.map(({ uuid }) => uuid))
  // A summary may belong to another session: it counts where the message it names is in this file.
  const own = notes.summaries.findLast(({ leafUuid }) => leafUuid !== null && uuids?.has(leafUuid))
  const found = [
    ['custom-title', notes.last('custom-title')],
    ['ai-title', notes.last('ai-title')],
    ['sessions-index', stringOrNull(entry?.['summary'])],
    ['summary', own?.summary ?? null],
  ].find(([, title]) => title !== null)
  return found === undefined ? null : { title: found[1]!, title_source: found[0]! }
}

async function readIndex(source: Source, folder: string): Promise<{ entries: Map<string, JsonObject>; project: string | null }> {
  const index: Json = await source.json(below(folder, 'sessions-index.json')).catch(() => null)
  const listed = isObject(index) ? index['entries'] : index
  const entries = new Map<string, JsonObject>()
  for (const entry of Array.isArray(listed) ? listed : []) {
    const session = isObject(entry) ? stringOrNull(entry['sessionId']) : null
    if (session !== null) entries.set(session, entry as JsonObject)
  }
  return { entries, project: isObject(index) ? stringOrNull(index['originalPath']) : null }
}
