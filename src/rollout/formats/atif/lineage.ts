import { posix } from 'node:path'
import { isObject } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { segmentOf } from './identity.ts'
import { type Reference, type Referrer, readReferrer, referrersIn } from './references.ts'
import { readResult, trialPlace } from './trial-folder.ts'

/** Which document another one continues or was started from. */
export type ParentLink = {
  file: string
  trace_id: string
  session: string // session at the root, as far as the files at hand go
} & Reference

const MAX_CLIMB = 100

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

/** Ids of documents that this one refers to and that files beside it have. */
export async function idsBeside(source: Source, file: string): Promise<ReadonlySet<string>> {
  const referrers = await referrersIn(source, posix.dirname(file))
  return referrers.find(referrer => referrer.file === file)?.beside ?? new Set()
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

function toLink({ file, trace_id, session }: Referrer, how: Reference): ParentLink {
  return { file, trace_id, session: session ?? trace_id, ...how }
}
