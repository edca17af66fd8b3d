import { basename, dirname } from 'node:path'
import { compareCodePoints } from '../../../python/text.ts'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { stemOf } from './snapshot.ts'
import { type Kind, kindByHead, kindByName, sessionIdIn } from './sniff.ts'
import { listSessions } from './state-db.ts'

/** What discovery tells parsing: which of a unit's files is what. */
export type UnitHint = {
  kind: 'session' | 'export' | 'trajectories' | 'stranger'
  id: string
  store: string | null
  gateway: string | null
  snapshot: string | null
  indexes: string[] // of the gateway, in the same home
}

type Group = { id: string; home: string; store: string | null; gateway: string | null; snapshots: string[] }

const NO_SESSION: Partial<Record<Kind | 'stranger', string>> = {
  request_dump: 'Dump of a failed API request, no session',
  relay_events: 'Event log of the NeMo Relay plugin, no session',
}

/** Group files into sessions: a database row, a gateway log and a snapshot of one id are one. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const groups = new Map<string, Group>()
  const units: Unit[] = []
  const indexes = new Set<string>()
  const groupOf = (file: string, id: string): Group => {
    const home = homeOf(file)
    const key = `${home}\n${id}`
    if (!groups.has(key)) groups.set(key, { id, home, store: null, gateway: null, snapshots: [] })
    return groups.get(key)!
  }
  for (const file of files) {
    const { kind, id } = await identify(source, file, files.length === 1)
    if (kind === 'index') indexes.add(file)
    else if (kind === null) skipped.push({ path: file, reason: 'Not a Hermes Agent session' })
    else if (NO_SESSION[kind] !== undefined) skipped.push({ path: file, reason: NO_SESSION[kind] })
    else if (kind === 'gateway') groupOf(file, id).gateway = file
    else if (kind === 'snapshot') groupOf(file, id).snapshots.push(file)
    else if (kind === 'store') await addStore(file)
    else if (kind === 'export' || kind === 'trajectories' || kind === 'stranger')
      units.push(unitOf(file, [file], { ...NO_FILES, id: file, kind }))
  }

  async function addStore(file: string): Promise<void> {
    try {
      const sessions = await listSessions(source, file)
      if (sessions.size === 0) skipped.push({ path: file, reason: 'Store without sessions' })
      for (const [id, messages] of sessions)
        if (messages > 0 || groups.has(`${homeOf(file)}\n${id}`)) groupOf(file, id).store = file
        else skipped.push({ path: `${file}#${id}`, reason: 'Session without messages' })
    } catch {
      units.push(unitOf(file, [file], { ...NO_FILES, id: file, store: file })) // parsing fails on it in turn, and says why
    }
  }

  for (const file of indexes) {
    const isJoined = [...groups.values()].some(({ home }) => home === homeOf(file))
    const what = isJoined ? 'joined to the sessions it names' : 'none of the sessions it names is beside it'
    skipped.push({ path: file, reason: `Index of gateway sessions: ${what}` })
  }
  for (const { id, home, store, gateway, snapshots } of groups.values()) {
    const [snapshot = null, ...others] = snapshots.sort(compareCodePoints)
    const own = [store, gateway, snapshot].filter(file => file !== null)
    const ofHome = [...indexes].filter(file => homeOf(file) === home)
    const hint: UnitHint = { kind: 'session', id, store, gateway, snapshot, indexes: ofHome }
    units.push(unitOf(store === null ? own[0]! : `${store}#${id}`, own, hint, store === null ? undefined : id))
    for (const other of others) units.push(unitOf(other, [other], { ...NO_FILES, id, snapshot: other }))
  }
  return units
}

const NO_FILES: UnitHint = { kind: 'session', id: '', store: null, gateway: null, snapshot: null, indexes: [] }

function unitOf(key: string, files: string[], hint: UnitHint, member?: string): Unit {
  return { key, files, hint, ...(member === undefined ? {} : { member }) }
}

/** What a file is and which session it names. A file asked for alone becomes a unit whatever it is, so that its reject says why not. */
async function identify(source: Source, file: string, isAlone: boolean): Promise<{ kind: Kind | 'stranger' | null; id: string }> {
  const byName = kindByName(file)
  const id = stemOf(file)
  const byEnding = file.endsWith('.json') ? 'snapshot' : 'gateway'
  if (byName !== null) return { kind: byName, id }
  try {
    let head = ''
    const told = await judgeHead(source, file, text => kindByHead(file, (head = text)))
    const kind = told ?? (isAlone ? (/"type"\s*:/.test(head) ? 'stranger' : byEnding) : null)
    // A snapshot under another name is known by the id it states; under its own name the name counts.
    return { kind, id: kind === 'snapshot' ? (sessionIdIn(head) ?? id) : id }
  } catch {
    return { kind: byEnding, id } // parsing fails on it in turn, and says why
  }
}

/** The folder that a session's files share: that of `state.db`, the parent of `sessions`. */
function homeOf(file: string): string {
  const folder = dirname(file)
  if (folder === '.') return ''
  return basename(folder) === 'sessions' ? (dirname(folder) === '.' ? '' : dirname(folder)) : folder
}
