import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { readDocument } from '../../log/document.ts'
import type { Source } from '../../log/source.ts'
import { ContentDigest } from './content-digest.ts'
import { segmentOf, traceIdOf } from './identity.ts'
import { callsOf, linkResults } from './observation.ts'
import { readResult, trialPlace } from './trial-folder.ts'
import { takingTrajectories } from './walk.ts'

/** Which document another one continues or was started from. */
export type ParentLink = {
  file: string
  trace_id: string
  session: string // session at the root, as far as the files at hand go
  relation: 'continuation' | 'subagent'
  callId: string | null
}

type Referrer = { file: string; trace_id: string; session: string | null; targets: Map<string, Pick<ParentLink, 'relation' | 'callId'>> }

/** Folders with more files or bytes than this are not searched for references: they hold unrelated runs. */
const MAX_FOLDER_FILES = 200
const MAX_FOLDER_BYTES = 256 << 20
const MAX_CLIMB = 100
const REFERENCE_KEYS = ['"trajectory_path"', '"continued_trajectory_ref"'].map(key => Buffer.from(key))

/**
 * The document that refers to this one, whichever of the two is read first. References are looked for in the folder of the file and
 * the one above; where no file refers to it, the file's own name may say whose segment it is.
 */
export async function findParent(source: Source, file: string): Promise<ParentLink | null> {
  const direct = await parentOf(source, file)
  if (direct === null) return null
  const chain = [file]
  let root = direct
  for (let next: ParentLink | null = direct; next !== null && chain.length < MAX_CLIMB; next = await parentOf(source, next.file)) {
    root = next
    // References that run in a circle are cut at its first file.
    if (next.file === file && [...chain].sort()[0] === file) return null
    if (chain.includes(next.file)) break
    chain.push(next.file)
  }
  return { ...direct, session: root.session }
}

/** Root-relative path of a document that `file` names; null where it lies outside. */
export function resolveReference(source: Source, file: string, reference: string): string | null {
  const path = posix.isAbsolute(reference) ? source.relative(reference) : posix.join(posix.dirname(file), reference)
  return path === null || path.startsWith('../') || path === '..' ? null : path
}

async function parentOf(source: Source, file: string): Promise<ParentLink | null> {
  const folder = posix.dirname(file)
  for (const place of new Set([folder, posix.dirname(folder)])) {
    for (const referrer of await referrersIn(source, place)) {
      const found = referrer.file === file ? undefined : referrer.targets.get(file)
      if (found !== undefined) return toLink(referrer, found)
    }
  }
  return (await parentByName(source, file)) ?? (await stepBefore(source, file))
}

/** In a trial of several steps, the step before: it worked on the same task, and in the same session where both say so. */
async function stepBefore(source: Source, file: string): Promise<ParentLink | null> {
  const { trial, step } = trialPlace(file)
  const result = trial === null ? null : await readResult(source, trial)
  const steps = Array.isArray(result?.['step_results']) ? result['step_results'].filter(isObject).map(({ step_name: name }) => name) : []
  const before = steps[steps.indexOf(step) - 1]
  if (typeof before !== 'string') return null
  const path = posix.join(trial!, 'steps', before, posix.relative(posix.join(trial!, 'steps', step!), file))
  if (!path.startsWith(`${posix.join(trial!, 'steps')}/`) || source.facts(path) === null) return null
  const parent = await readReferrer(source, path)
  return parent === null ? null : toLink(parent, { relation: 'continuation', callId: null })
}

async function parentByName(source: Source, file: string): Promise<ParentLink | null> {
  const segment = segmentOf(file)
  if (segment === null) return null
  const folder = posix.dirname(file)
  // Summary n is made where segment n - 1 ends; with one file per session that file is the only one there is.
  for (let number = segment.number - 1; number >= 0; number--) {
    const name = number === 0 ? `${segment.stem}.json` : `${segment.stem}.cont-${number}.json`
    const path = posix.join(folder, name)
    const parent = source.facts(path) === null ? null : await readReferrer(source, path)
    if (parent !== null) return toLink(parent, { relation: segment.kind === 'continuation' ? 'continuation' : 'subagent', callId: null })
  }
  return null
}

function toLink({ file, trace_id, session }: Referrer, how: Pick<ParentLink, 'relation' | 'callId'>): ParentLink {
  return { file, trace_id, session: session ?? trace_id, ...how }
}

function referrersIn(source: Source, folder: string): Promise<Referrer[]> {
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
    return referrers
  })
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

async function readReferrer(source: Source, file: string): Promise<Referrer | null> {
  const head: JsonObject = {}
  const content = new ContentDigest()
  const targets: Referrer['targets'] = new Map()
  const add = (reference: unknown, how: Pick<ParentLink, 'relation' | 'callId'>) => {
    const path = typeof reference === 'string' ? resolveReference(source, file, reference) : null
    if (path !== null && !targets.has(path)) targets.set(path, how)
  }
  for await (const part of readDocument(source, file, null, takingTrajectories)) {
    if (part.kind !== 'value') continue
    if (part.path.length === 1) {
      content.field(String(part.path[0]), part)
      head[String(part.path[0])] = part.value
    } else if (part.path.length === 2 && part.path[0] === 'steps') {
      content.step(part)
      if (isObject(part.value)) for (const { callId, path } of referencesOf(part.value)) add(path, { relation: 'subagent', callId })
    }
  }
  add(head['continued_trajectory_ref'], { relation: 'continuation', callId: null })
  if (!/^ATIF-/.test(String(head['schema_version']))) return null
  return { file, trace_id: traceIdOf(head, file, content.digest()), session: stringOrNull(head['session_id']), targets }
}

function referencesOf(step: JsonObject): { callId: string | null; path: unknown }[] {
  const calls = callsOf(step)
  return linkResults(step).flatMap(({ call, refs }) =>
    refs.map(ref => ({ callId: call === null ? null : stringOrNull(calls[call]?.['tool_call_id']), path: ref['trajectory_path'] })),
  )
}
