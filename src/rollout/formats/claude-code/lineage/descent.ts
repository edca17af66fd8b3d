import type { SessionFacts } from '../../../conversation/assemble.ts'
import type { Source } from '../../../log/source.ts'
import { below, type LogFile, logFile } from '../files.ts'
import type { Log } from '../read.ts'
import { type Ancestry, ancestryOf, chainOf, isChild, sharedBy } from './forks.ts'
import { sessionOf } from './identity.ts'
import { planner } from './plans.ts'
import { continuedFrom, sameSessionElsewhere } from './siblings.ts'
import { teammateSpawn } from './teammates.ts'

/** What a session's file comes from, and the ids of the records it repeats. */
export type Descent = { facts: Partial<SessionFacts>; shared: ReadonlySet<string> }

/** Find out what a session's file comes from. What a log says of it counts before what is found by comparing files. */
export async function descentOf(source: Source, file: LogFile, log: Log): Promise<Descent> {
  const ancestry = await ancestryOf(source, file.folder, file.path)
  const elsewhere = ancestry === null ? await startedElsewhere(source, file, log) : null
  const shared = ancestry?.shared ?? elsewhere?.shared ?? new Set<string>()
  const named = (await spawnedByLead(source, file, log)) ?? (await continued(source, file)) ?? (await planned(source, file, log))
  return { facts: named ?? elsewhere?.facts ?? (await copied(source, file, ancestry, log)), shared }
}

/** A teammate is an agent with a session file of its own. */
async function spawnedByLead(source: Source, file: LogFile, log: Log): Promise<Partial<SessionFacts> | null> {
  const { teammate } = log.notes
  if (teammate === null || teammate === 'team-lead') return null
  const team = log.entries.find(({ setting }) => setting.team !== null)?.setting.team ?? null
  const startedAt = log.entries.find(({ timestamp }) => timestamp !== null)?.timestamp ?? null
  const spawn = await teammateSpawn(source, file.path, teammate, team, startedAt)
  if (spawn === null) {
    if (team === null) return null
    const missing = { code: 'parent_not_found', at: null, detail: { teammate, team } }
    return { agent_id: `${teammate}@${team}`, is_sidechain: true, relation: 'subagent', diagnostics: [missing] }
  }
  const lead = sessionOf(spawn.lead, null)
  return {
    agent_id: spawn.id,
    is_sidechain: true,
    relation: 'subagent',
    parent_trace_id: lead,
    root_session_id: await rootOf(source, spawn.lead),
    spawn_tool_call_id: spawn.callId,
  }
}

/** The file of another session says that it went on in this one. */
async function continued(source: Source, file: LogFile): Promise<Partial<SessionFacts> | null> {
  const from = continuedFrom(source, file)
  if (from === null || from === file.path) return null
  return { relation: 'continuation', parent_trace_id: sessionOf(from, null), root_session_id: await rootOf(source, from) }
}

/** The session begins with a plan that another one made. */
async function planned(source: Source, file: LogFile, log: Log): Promise<Partial<SessionFacts> | null> {
  const first = log.entries.find(({ said }) => said.kind === 'model' || (said.kind === 'user' && said.prompt))?.said
  const { plan } = log.notes
  if (plan === null || first?.kind !== 'user' || first.extra['harness'] !== 'plan') return null
  const session = await planner(source, file.path, plan)
  if (session === null) return null
  const path = below(file.folder, `${session}.jsonl`)
  const isHere = source.facts(path) !== null
  const missing = { code: 'parent_not_found', at: null, detail: { session } }
  return {
    relation: 'reset',
    parent_trace_id: session,
    root_session_id: isHere ? await rootOf(source, path) : session,
    ...(isHere ? {} : { diagnostics: [missing] }),
  }
}

/** The session was begun in another working directory: this file goes on, or repeats, what is written in that project's folder. */
async function startedElsewhere(source: Source, file: LogFile, log: Log): Promise<Descent | null> {
  for (const other of sameSessionElsewhere(source, file.folder, file.stem)) {
    const [own, first] = [await chainOf(source, file.path), await chainOf(source, other)]
    if (first.times.size === 0 || own.times.size === 0) continue
    const { count, ids } = sharedBy(own, first)
    const follows = log.entries.find(({ said }) => said.kind === 'user' || said.kind === 'model')?.parent ?? null
    const isLinked = follows !== null && first.ids.has(follows) && !own.ids.has(follows)
    if (!isLinked && (count === 0 || !isChild(own, first))) continue
    const isCopy = count === own.times.size
    return {
      shared: ids,
      facts: {
        // Both are one session: the first part keeps its id.
        trace_id: `${file.stem}:${file.folder.slice(file.folder.lastIndexOf('/') + 1)}`,
        relation: isCopy ? 'copy' : 'continuation',
        parent_trace_id: file.stem,
        root_session_id: file.stem,
      },
    }
  }
  return null
}

/** How a session's file relates to the one it was copied from. */
async function copied(source: Source, file: LogFile, ancestry: Ancestry | null, { notes }: Log): Promise<Partial<SessionFacts>> {
  if (ancestry !== null) {
    return {
      relation: ancestry.isCopy ? 'copy' : 'fork',
      parent_trace_id: sessionOf(ancestry.parent, ancestry.parentSession),
      root_session_id: await rootOf(source, ancestry.parent, ancestry.parentSession),
    }
  }
  if (notes.forkedFrom === null || notes.forkedFrom === file.stem) return {}
  const missing = { code: 'parent_not_found', at: null, detail: { session: notes.forkedFrom } }
  return { relation: 'fork', parent_trace_id: notes.forkedFrom, root_session_id: notes.forkedFrom, diagnostics: [missing] }
}

/** The first of a line of copies and continuations. */
async function rootOf(source: Source, from: string, session: string | null = null): Promise<string> {
  const seen = new Set<string>()
  let [root, named] = [from, session]
  for (let next: string | null = from; next !== null && !seen.has(next); ) {
    seen.add(next)
    root = next
    const file = logFile(next)
    const ancestry: Ancestry | null = await ancestryOf(source, file.folder, next)
    const before = continuedFrom(source, file)
    next = before ?? ancestry?.parent ?? null
    if (next !== null) named = before === null ? (ancestry?.parentSession ?? null) : null
  }
  return sessionOf(root, named)
}
