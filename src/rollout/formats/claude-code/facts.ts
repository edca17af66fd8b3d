import type { JsonObject } from '../../../json/json.ts'
import type { SessionFacts } from '../../conversation/assemble.ts'
import type { Entry, Setting } from './entry.ts'
import type { Notes } from './notes.ts'

/** What the records of a thread say of it, apart from the dialogue. */
export type Described = {
  columns: Pick<SessionFacts, 'cwd' | 'git_branch' | 'timestamps'>
  source_meta: JsonObject
  missingHistory: boolean
}

/** Describe a thread. `entries` are those of the row, `recorded` all of the thread, `inFile` those of the file. */
export function describe(entries: readonly Entry[], recorded: readonly Entry[], inFile: readonly Entry[], notes: Notes): Described {
  const settings = [...settingsOf(recorded)]
  const all = (key: keyof Setting) => [...new Set(settings.flatMap(setting => setting[key] ?? []))]
  const cwds = all('cwd')
  const branches = all('gitBranch')
  const source_meta: JsonObject = { versions: all('version') }
  const lists: { [key: string]: string[] } = {
    cwds,
    git_branches: branches,
    session_ids: all('sessionId'),
    entrypoints: all('entrypoint'),
    slugs: all('slug'),
    teams: all('team'),
    permission_modes: notes.all('permission-mode'),
    modes: notes.all('mode'),
    agent_names: notes.all('agent-name'),
    tags: notes.all('tag'),
    pull_requests: notes.all('pr-link'),
    relocated_to: notes.all('relocated'),
    undelivered_prompts: notes.undelivered,
    tool_names: [...notes.toolNames],
  }
  for (const [key, values] of Object.entries(lists)) if (values.length > 0) source_meta[key] = values
  const compactions = recorded.filter(({ said }) => said.kind === 'user' && said.boundary === 'compaction').length
  if (compactions > 0) source_meta['compactions'] = compactions
  if (notes.isBackground) source_meta['background'] = true
  if (Object.keys(notes.attachments).length > 0) source_meta['attachments'] = { ...notes.attachments }
  return {
    columns: {
      cwd: cwds[0] ?? null,
      git_branch: branches[0] ?? null,
      timestamps: entries.map(({ timestamp }) => timestamp).filter(time => time !== null),
    },
    source_meta,
    missingHistory: startsInTheMiddle(recorded, inFile),
  }
}

function settingsOf(entries: readonly Entry[]): Set<Setting> {
  const settings = new Set<Setting>()
  let last: Setting | null = null
  for (const { setting } of entries) if (setting !== last) settings.add((last = setting))
  return settings
}

/** Whether the first thing said follows something that is not in the file. */
function startsInTheMiddle(entries: readonly Entry[], inFile: readonly Entry[]): boolean {
  const seen = new Set<Entry>()
  let byUuid: Map<string | null, Entry> | null = null
  let entry = entries.find(({ said }) => said.kind === 'user' || said.kind === 'model')
  if (entry?.said.kind === 'user' && entry.said.boundary === 'compaction') return true
  while (entry !== undefined && typeof entry.parent === 'string' && !seen.has(entry)) {
    seen.add(entry)
    byUuid ??= new Map(inFile.map(one => [one.uuid, one] as const))
    const above = byUuid.get(entry.parent)
    if (above === undefined) return true
    entry = above
  }
  return false
}
