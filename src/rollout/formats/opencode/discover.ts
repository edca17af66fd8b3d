import { posix } from 'node:path'
import { addTo } from '../../add-to.ts'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { storeUnits } from '../../log/stored-units.ts'
import { filesOfTree } from './file-tree.ts'
import { ASIDE, kindByHead, kindByPlace } from './sniff.ts'
import { listSessions } from './store.ts'

/** What discovery tells parsing: how the session is kept. */
export type UnitHint = { kind: 'store' | 'tree' | 'export' | 'stranger' }

/** One unit per session: of a store, of a tree of files, or exported. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const taken = new Set<string>()
  const pieces: string[] = []
  for (const file of files) {
    const place = kindByPlace(file)
    if (place !== null && place.kind !== 'session') pieces.push(file)
    else if (ASIDE.test(file) && place === null) skipped.push({ path: file, reason: 'Kept beside sessions, none of its own' })
    else for (const unit of await unitsOf(source, file, skipped, files.length === 1)) units.push(unit)
  }
  for (const unit of units) for (const file of unit.files) taken.add(file)
  for (const unit of orphans(pieces.filter(file => !taken.has(file)))) units.push(unit)
  return units
}

async function unitsOf(source: Source, file: string, skipped: Skipped[], isAlone: boolean): Promise<Unit[]> {
  const kind = await kindOf(source, file)
  if (kind === 'store') return storeUnits(source, file, skipped, listSessions)
  if (kind === 'session') {
    const storage = kindByPlace(file)?.storage ?? posix.dirname(posix.dirname(posix.dirname(file)))
    const files = await filesOfTree(source, storage === '.' ? '' : storage, file)
    return [{ key: file, files: [file, ...files], hint: { kind: 'tree' } }]
  }
  if (kind === 'export') return [{ key: file, files: [file], hint: { kind } }]
  // A file asked for alone becomes a unit whatever it is, so that its reject says why not.
  if (isAlone) return [{ key: file, files: [file], hint: { kind: kind === 'unreadable' ? 'export' : kind === null ? 'stranger' : 'tree' } }]
  if (kind === 'unreadable') return [{ key: file, files: [file], hint: { kind: 'export' } }] // parsing fails on it in turn, and says why
  skipped.push({ path: file, reason: 'Not an OpenCode session' })
  return []
}

async function kindOf(source: Source, file: string) {
  try {
    return (await judgeHead(source, file, head => kindByHead(file, head))) ?? (kindByPlace(file)?.kind === 'session' ? 'session' : null)
  } catch {
    return 'unreadable'
  }
}

/** Messages and parts whose session's own file is missing: a unit per session that they lie in a folder of. */
function orphans(files: readonly string[]): Unit[] {
  const groups = new Map<string, string[]>()
  const sessionOf = new Map<string, string>()
  for (const file of files) {
    const { kind, storage, owner } = kindByPlace(file)!
    if (kind !== 'message') continue
    const key = `${storage === '' ? '' : `${storage}/`}message/${owner}`
    addTo(groups, key, file)
    sessionOf.set(`${storage}\n${posix.basename(file, '.json')}`, key)
  }
  for (const file of files) {
    const { kind, storage, owner } = kindByPlace(file)!
    if (kind !== 'part') continue
    const key = sessionOf.get(`${storage}\n${owner}`) ?? `${storage === '' ? '' : `${storage}/`}part/${owner}`
    addTo(groups, key, file)
  }
  return [...groups].map(([key, members]) => ({ key, files: members, hint: { kind: 'tree' } }))
}
