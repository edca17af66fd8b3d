import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { readDocument } from '../../log/document.ts'
import type { Source } from '../../log/source.ts'
import { ContentDigest } from './content-digest.ts'
import { traceIdOf } from './identity.ts'
import { CallLinks } from './observation.ts'
import { takingTrajectories } from './walk.ts'

/** How one document refers to another. */
export type Reference = { relation: 'continuation' | 'subagent'; callId: string | null }

/** A document that refers to others: to files, or to ids that no document within it has. */
export type Referrer = {
  file: string
  trace_id: string
  session: string | null
  targets: Map<string, Reference> // by path
  ids: Map<string, Reference> // of documents that it does not embed, and of sessions
  beside: Set<string> // those of these ids that a file beside it has
}

/** Folders with more files or bytes than this are not searched for references: they hold unrelated runs. */
const MAX_FOLDER_FILES = 200
const MAX_FOLDER_BYTES = 256 << 20
const MAX_TAIL = 3
const REFERENCE_KEYS = ['"subagent_trajectory_ref"', '"continued_trajectory_ref"'].map(key => Buffer.from(key))

/** The documents of a folder that refer to others. */
export function referrersIn(source: Source, folder: string): Promise<Referrer[]> {
  return source.shared(`atif references in ${folder}`, async () => {
    const names = source.names(folder).filter(name => name.endsWith('.json'))
    if (names.length > MAX_FOLDER_FILES) return []
    const files = names.map(name => posix.join(folder, name))
    if (files.reduce((sum, path) => sum + sizeOf(source, path), 0) > MAX_FOLDER_BYTES) return []
    const referrers: Referrer[] = []
    for (const path of files) {
      if (!(await mentionsOthers(source, path))) continue
      const referrer = await readReferrer(source, path)
      if (referrer !== null) referrers.push(referrer)
    }
    if (referrers.some(({ ids }) => ids.size > 0)) for (const path of files) findById(referrers, path, await idsOf(source, path))
    return referrers
  })
}

/** Root-relative path of a document that `file` names; null where it lies outside. */
export function resolveReference(source: Source, file: string, reference: string): string | null {
  const folder = posix.dirname(file)
  if (!posix.isAbsolute(reference)) return within(posix.join(folder, reference))
  const path = source.relative(reference)
  return (path === null ? null : within(path)) ?? copiedTo(source, folder, reference)
}

function within(path: string): string | null {
  return path.startsWith('../') || path === '..' ? null : path
}

/** What was written in a container under a path of its own lies, once it was copied out, where the end of that path leads to. */
function copiedTo(source: Source, folder: string, reference: string): string | null {
  const names = reference.split('/').filter(name => name !== '' && name !== '.' && name !== '..')
  for (let length = Math.min(names.length, MAX_TAIL); length > 0; length--) {
    const path = posix.join(folder, ...names.slice(-length))
    if (sizeOf(source, path) > 0) return path
  }
  return null
}

function findById(referrers: readonly Referrer[], path: string, names: readonly string[]): void {
  for (const { file, ids, targets, beside } of referrers)
    for (const name of file === path ? [] : names) {
      const how = ids.get(name)
      if (how === undefined) continue
      beside.add(name)
      if (!targets.has(path)) targets.set(path, how)
    }
}

/** What a reference without a path may name a document by. */
async function idsOf(source: Source, file: string): Promise<string[]> {
  const ids: string[] = []
  try {
    for await (const { kind, path, ...part } of readDocument(source, file, null, takingTrajectories)) {
      if (kind !== 'value' || path.length !== 1 || !('value' in part)) continue
      if (path[0] === 'trajectory_id' && typeof part.value === 'string') ids.push(part.value)
      if (path[0] === 'session_id' && typeof part.value === 'string') ids.push(ofSession(part.value))
      if (ids.length === 2) break
    }
  } catch {
    // A file nobody may read has no id.
  }
  return ids
}

function ofSession(id: string): string {
  return `session ${id}`
}

function sizeOf(source: Source, path: string): number {
  try {
    return source.facts(path)?.size ?? 0
  } catch {
    return 0 // a link that leads out of the folder
  }
}

/** Whether the bytes of a file hold a key that refers to other files. */
async function mentionsOthers(source: Source, path: string): Promise<boolean> {
  try {
    let tail: Buffer = Buffer.alloc(0)
    for await (const chunk of source.chunks(path)) {
      const bytes = Buffer.concat([tail, chunk])
      if (REFERENCE_KEYS.some(key => bytes.includes(key))) return true
      tail = bytes.subarray(-32)
    }
  } catch {
    // A file nobody may read refers to nothing.
  }
  return false
}

/** What a document is, and which files it refers to; null where it is no trajectory. */
export async function readReferrer(source: Source, file: string): Promise<Referrer | null> {
  const head: JsonObject = {}
  const content = new ContentDigest()
  const targets: Referrer['targets'] = new Map()
  const ids: Referrer['ids'] = new Map()
  const embedded: string[] = []
  const links = new CallLinks()
  const add = ({ trajectory_path: path, trajectory_id: id, session_id: session }: JsonObject, how: Reference) => {
    const target = typeof path === 'string' && path !== '' ? resolveReference(source, file, path) : null
    if (target !== null && !targets.has(target)) targets.set(target, how)
    const name = stringOrNull(id) ?? (typeof session === 'string' ? ofSession(session) : null)
    if (!path && name !== null && !ids.has(name)) ids.set(name, how)
  }
  for await (const part of readDocument(source, file, null, takingTrajectories)) {
    if (part.kind !== 'value') continue
    if (part.path.length === 1) {
      content.field(String(part.path[0]), part)
      head[String(part.path[0])] = part.value
    } else if (part.path.length === 2 && part.path[0] === 'steps') {
      content.step(part)
      if (!isObject(part.value)) continue
      for (const { callId, ref } of referencesOf(part.value, links)) add(ref, { relation: 'subagent', callId })
    } else if (part.path[0] === 'subagent_trajectories' && part.path.length === 3) {
      if (part.path[2] === 'trajectory_id') embedded.push(String(part.value))
      if (part.path[2] === 'session_id') embedded.push(ofSession(String(part.value)))
    }
  }
  add({ trajectory_path: head['continued_trajectory_ref'] ?? null }, { relation: 'continuation', callId: null })
  // All documents of a run may have its session's id, which names none of them then.
  for (const name of [...embedded, ofSession(String(head['session_id']))]) ids.delete(name)
  if (!/^ATIF-/.test(String(head['schema_version']))) return null
  const trace_id = traceIdOf(head, file, content.digest())
  return { file, trace_id, session: stringOrNull(head['session_id']), targets, ids, beside: new Set() }
}

/** What a step refers to, and the calls that it stands in the results of. */
function referencesOf(step: JsonObject, links: CallLinks): { callId: string | null; ref: JsonObject }[] {
  return links.next(step).flatMap(({ call, refs }) => refs.map(ref => ({ callId: call === null ? null : links.written[call]!, ref })))
}
