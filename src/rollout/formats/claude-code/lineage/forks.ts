import { type JsonObject, stringOrNull } from '../../../../json/json.ts'
import { compareCodePoints } from '../../../../python/text.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readRuns } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { skipNoise } from '../noise.ts'
import { isRecord } from '../read.ts'
import { beginningAlike, messageKey } from './heads.ts'
import { mostFrequent } from './identity.ts'

/** What a session file is a copy of. */
export type Ancestry = {
  parent: string // file
  parentSession: string | null // session that most of its records name
  shared: ReadonlySet<string> // ids of the records both hold
  isCopy: boolean // it holds nothing of its own
}

/** The messages of a session file, as copies are compared by. */
export type Chain = {
  path: string
  times: ReadonlyMap<string, string> // message key → time, in file order
  others: ReadonlySet<string> // ids of the records that have no key
  ids: ReadonlySet<string> // of all records
  isBackground: boolean
  forkedFrom: string | null // session id
  isTorn: boolean
  stem: string
  session: string | null // that most records name
}

/**
 * Find the session file that this one was copied from (`--fork-session`, a background fork, a resumed session of old versions), by
 * the messages both hold. Only the heads of the folder's files are read, unless two begin alike.
 */
export async function ancestryOf(source: Source, folder: string, path: string): Promise<Ancestry | null> {
  const alike = await beginningAlike(source, folder, path)
  if (alike.length < 2) return null
  const own = await chainOf(source, path)
  let best: Ancestry | null = null
  let most = 0
  for (const other of alike) {
    if (other === path) continue
    const parent = await chainOf(source, other)
    if (!isChild(own, parent)) continue
    const { count, ids } = sharedBy(own, parent)
    if (count <= most) continue
    most = count
    best = { parent: other, parentSession: parent.session, shared: ids, isCopy: count === own.times.size }
  }
  return best
}

/** The records two files hold: how many messages, and the ids of all. */
export function sharedBy(own: Chain, other: Chain): { count: number; ids: Set<string> } {
  const shared = [...own.times.keys()].filter(key => other.times.has(key))
  const ids = new Set(shared.map(key => key.slice(0, key.indexOf(' '))))
  for (const id of own.others) if (other.others.has(id)) ids.add(id)
  return { count: shared.length, ids }
}

/** The messages of a session file. */
export function chainOf(source: Source, path: string): Promise<Chain> {
  return source.shared(`claude_code chain of ${path}`, () => readChain(source, path))
}

async function readChain(source: Source, path: string): Promise<Chain> {
  const unheeded = new Ledger({ key: path, files: [path] })
  const times = new Map<string, string>()
  const others = new Set<string>()
  const ids = new Set<string>()
  let isBackground = false
  let forkedFrom: string | null = null
  const sessions = new Map<string, number>()
  const note = (record: JsonObject) => {
    const key = messageKey(record)
    const uuid = stringOrNull(record['uuid'])
    if (uuid !== null) ids.add(uuid)
    if (key !== null && !times.has(key)) times.set(key, stringOrNull(record['timestamp']) ?? '')
    else if (key === null && uuid !== null) others.add(uuid)
    const session = stringOrNull(record['sessionId'])
    if (session !== null) sessions.set(session, (sessions.get(session) ?? 0) + 1)
    isBackground ||= record['sessionKind'] === 'bg'
    const fork = record['forkedFrom']
    if (typeof fork === 'object' && fork !== null && !Array.isArray(fork)) forkedFrom ??= stringOrNull(fork['sessionId'])
  }
  let last = 0 // line of the last whole record
  for await (const run of readRuns(source, path, unheeded, { isRecord, skip: bytes => skipNoise(bytes, null) }))
    for (const { record, place } of run) {
      note(record)
      last = place.line
    }
  const isTorn = unheeded.damage.some(({ line }) => line > last)
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.jsonl$/, '')
  return { path, times, others, ids, isBackground, forkedFrom, isTorn, stem, session: mostFrequent(sessions) }
}

/** Which of two files that begin alike is the copy: what they say themselves, else the one whose own part is later. */
export function isChild(own: Chain, other: Chain): boolean {
  if (own.forkedFrom === other.stem) return true
  if (other.forkedFrom === own.stem) return false
  if (own.isBackground !== other.isBackground) return own.isBackground
  const mine = firstNotIn(own, other)
  const theirs = firstNotIn(other, own)
  if (mine !== null && theirs !== null) return mine === theirs ? compareCodePoints(own.path, other.path) > 0 : mine > theirs
  if (mine === null && theirs === null) return compareCodePoints(own.path, other.path) > 0
  // One holds nothing of its own. Where it is a whole beginning of the other, the other went on from it; a damaged one is a bad copy.
  return mine === null ? !isBeginningOf(own, other) : isBeginningOf(other, own)
}

function firstNotIn(chain: Chain, other: Chain): string | null {
  for (const [key, time] of chain.times) if (!other.times.has(key)) return time
  return null
}

function isBeginningOf(chain: Chain, whole: Chain): boolean {
  if (chain.isTorn) return false
  const keys = whole.times.keys()
  return [...chain.times.keys()].every(key => key === keys.next().value)
}
