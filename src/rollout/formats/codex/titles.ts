import { isObject, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'

/** Names people gave their threads, from `session_index.jsonl` at the root. It is appended to, so the last name of a thread counts. */
export function threadTitles(source: Source): Promise<ReadonlyMap<string, string>> {
  return source.shared('codex titles', async () => {
    const titles = new Map<string, string>()
    const text = await source.text('session_index.jsonl').catch(() => null)
    for (const line of text?.split('\n') ?? []) {
      const record = parseJson(line)
      if (!isObject(record)) continue
      const [id, title] = [stringOrNull(record['id']), stringOrNull(record['thread_name'])]
      if (id !== null && title !== null) titles.set(id, title)
    }
    return titles
  })
}
