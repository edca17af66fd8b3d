import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { segmentOf } from './identity.ts'
import { isTrajectory } from './sniff.ts'
import { trialFiles } from './trial.ts'
import { looksLikeResult, RESULT } from './trial-folder.ts'

/** Each trajectory is a unit, with the results of its trial. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const strangers: { path: string; head: string | null }[] = []
  for (const file of files) {
    let head: string | null = ''
    const isOne = await judgeHead(source, file, text => isTrajectory((head = text)) || null).catch(() => {
      head = null
      return null
    })
    if (isOne) units.push({ key: file, files: [file, ...trialFiles(source, file)], ...orderOf(file) })
    else strangers.push({ path: file, head })
  }
  const joined = new Set(units.flatMap(unit => unit.files))
  for (const { path, head } of strangers) skipped.push({ path, reason: reasonToSkip(path, head, joined.has(path)) })
  return units
}

/** A segment comes behind the session it is of, the later behind the earlier. */
function orderOf(file: string): Pick<Unit, 'order'> {
  const segment = segmentOf(file)
  if (segment === null) return {}
  const first = posix.join(posix.dirname(file), `${segment.stem}.json`)
  return { order: `${first}/${segment.kind} ${String(segment.number).padStart(9, '0')} ${segment.name}` }
}

function reasonToSkip(file: string, head: string | null, isJoined: boolean): string {
  if (head === null) return 'Cannot be read'
  if (head.trim() === '') return 'Empty file'
  if (head.startsWith('version https://git-lfs')) return 'Git LFS pointer: its content was not downloaded'
  if (isJoined) return 'Result of a trial, joined to the rows of its trajectory'
  if (looksLikeResult(head)) return 'Result of a trial without a trajectory: there is nothing to join it to'
  if (posix.basename(file) === RESULT) return 'Result of a job: what it says of its trials stands beside their trajectories'
  return 'Not an ATIF trajectory'
}
