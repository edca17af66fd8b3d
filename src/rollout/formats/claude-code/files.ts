import { plainName } from '../../log/plain-name.ts'
/** What a log file's path says of it. */
export type LogFile = {
  path: string // root-relative
  folder: string // the project's folder, '' at the root
  stem: string
  agentId: string | null // of a spawned agent's own file
  session: string | null // session whose folder the file lies in
  workflow: string | null
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a name is a session's id. */
export function isSessionId(name: string): boolean {
  return UUID.test(name)
}

/** Read a log file's path: `<project>/<session>.jsonl`, `<project>/agent-<id>.jsonl` or `<project>/<session>/subagents/…/agent-<id>.jsonl`. */
export function logFile(path: string): LogFile {
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, Math.max(0, slash))
  const stem = plainName(path.slice(slash + 1)).replace(/\.jsonl$/, '')
  const agentId = stem.startsWith('agent-') && stem.length > 6 ? stem.slice(6) : null
  const parts = agentId === null ? [] : folder.split('/')
  const below = parts.lastIndexOf('subagents')
  if (below < 1) return { path, folder, stem, agentId, session: null, workflow: null }
  const workflow = parts[below + 1] === 'workflows' ? (parts[below + 2] ?? null) : null
  return { path, folder: parts.slice(0, below - 1).join('/'), stem, agentId, session: parts[below - 1]!, workflow }
}

/** A path below a folder, where '' is the root itself. */
export function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Whether a file is a session's own, and none of an agent it spawned. */
export function isSessionFile(path: string): boolean {
  return path.endsWith('.jsonl') && logFile(path).agentId === null && notASession(path) === null
}

/** Why a file that matches the pattern is no session, or null. */
export function notASession(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === 'journal.jsonl') return 'Journal of a workflow, not a session'
  if (name === 'history.jsonl') return 'Prompts typed in all projects, not a session'
  if (!IN_OTHERS.test(path)) return null
  for (const [folder, what] of OTHERS) if (isIn(folder, path) && !isSessionId(name.replace(/\.jsonl$/, ''))) return what
  return null
}

/** Folders of what is no session, and what they hold. */
const OTHERS = [
  ['tool-results', 'Output of a tool, not a session'],
  ['todos', 'Task list, not a session'],
  ['file-history', 'Backup of an edited file, not a session'],
  ['memory', 'Memory of a project, not a session'],
  ['shell-snapshots', 'Snapshot of a shell, not a session'],
] as const

/** Nearly every path is in none of them. */
const IN_OTHERS = new RegExp(`(?:^|/)(?:${OTHERS.map(([folder]) => folder).join('|')})/`)

function isIn(folder: string, path: string): boolean {
  return path.includes(`${folder}/`) && path.split('/').slice(0, -1).includes(folder)
}
