import { messageOf } from '../errors.ts'
import { type FormatName, findUnits, formatByName, rootPath, rootsOn } from './find.ts'

/** What one agent has left on this machine. */
export type ScanEntry = {
  format: FormatName
  title: string
  evidence: 'files' | 'source' // what the reader is made from
  roots: string[] // folders looked into
  sessions: number // units: sessions, as far as file names tell
  files: number
  bytes: number
  oldest: string | null // ISO 8601, last change of the file changed longest ago
  newest: string | null
  error: string | null // why nothing could be listed
}

/** Look for every agent's logs at their usual places. Lists and stats files; opens none but stores that hold many sessions. */
export async function scanMachine(env: NodeJS.ProcessEnv = process.env, platform = process.platform): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = []
  for (const format of formatByName.values()) {
    if (rootsOn(format, platform).length === 0) continue
    const roots = rootsOn(format, platform).flatMap(root =>
      (root.folders ?? ['']).map(folder => (folder === '' ? rootPath(root, env) : `${rootPath(root, env)}/${folder}`)),
    )
    const entry: ScanEntry = {
      format: format.name as FormatName,
      title: format.title,
      evidence: format.evidence,
      roots: [...new Set(roots)],
      sessions: 0,
      files: 0,
      bytes: 0,
      oldest: null,
      newest: null,
      error: null,
    }
    try {
      await addFound(entry, env, platform)
    } catch (error) {
      entry.error = messageOf(error)
    }
    entries.push(entry)
  }
  return entries
}

async function addFound(entry: ScanEntry, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<void> {
  const { units, sources } = await findUnits({ format: entry.format, env, platform })
  const seen = new Set<string>()
  let [oldest, newest] = [Infinity, -Infinity]
  entry.sessions = units.length
  for (const { source, unit } of units) {
    for (const file of unit.files) {
      const facts = source.facts(file)
      if (facts === null || seen.has(`${source.root}/${file}`)) continue
      seen.add(`${source.root}/${file}`)
      entry.bytes += facts.size
      oldest = Math.min(oldest, facts.mtimeMs)
      newest = Math.max(newest, facts.mtimeMs)
    }
  }
  entry.files = seen.size
  if (seen.size > 0) [entry.oldest, entry.newest] = [new Date(oldest).toISOString(), new Date(newest).toISOString()]
  for (const source of sources) source.close()
}
