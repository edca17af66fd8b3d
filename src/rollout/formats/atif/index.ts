import { posix } from 'node:path'
import type { Origin } from '../../conversation/row.ts'
import { defineFormat, type ParseJob, type Unit } from '../../format.ts'
import { readDocument } from '../../log/document.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { dataDesigner } from './data-designer.ts'
import { example } from './example.ts'
import { segmentOf } from './identity.ts'
import { findParent, type ParentLink } from './lineage.ts'
import { rowsOf, type Surroundings } from './rows.ts'
import { Trajectory } from './trajectory.ts'
import { readTrial, trialFiles } from './trial.ts'
import { looksLikeResult, RESULT } from './trial-folder.ts'
import { isStepPath, isTrajectoryPath, takingTrajectories } from './walk.ts'

/** Trajectories in the Agent Trajectory Interchange Format (Harbor RFC 0001), whoever wrote them. */
export const atif = defineFormat({
  name: 'atif',
  title: 'ATIF',
  version: 4,
  evidence: 'files',
  gives: {
    lineage: ['continuation', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [],
  patterns: ['*.json'],
  sniff: (_path, head) => looksLikeAtif(head) || looksLikeResult(head),
  discover,
  parse,
  dataDesigner,
})

function looksLikeAtif(head: string): boolean {
  if (!/^\uFEFF?\s*[[{]/.test(head)) return false
  return /"schema_version"\s*:\s*"ATIF-/.test(head) || (/"steps"\s*:\s*\[/.test(head) && /"step_id"\s*:/.test(head))
}

async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const strangers: { path: string; head: string | null }[] = []
  for (const file of files) {
    let head: string | null = ''
    const isOne = await judgeHead(source, file, text => looksLikeAtif((head = text)) || null).catch(() => {
      head = null
      return null
    })
    if (isOne) units.push({ key: file, files: [file, ...trialFiles(source, file)] })
    else strangers.push({ path: file, head })
  }
  const joined = new Set(units.flatMap(unit => unit.files))
  for (const { path, head } of strangers) skipped.push({ path, reason: reasonToSkip(path, head, joined.has(path)) })
  return units
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

async function* parse(unit: Unit, job: ParseJob) {
  const file = unit.files[0]!
  const link = await findParent(job.source, file)
  const around: Surroundings = { source: job.source, link, trial: await readTrial(job.source, file), ids: new Set() }
  const open: (Trajectory | null)[] = []
  for await (const part of readDocument(job.source, file, job.ledger, takingTrajectories)) {
    const current = open.findLast(trajectory => trajectory !== null) ?? null
    if (part.kind === 'open') {
      const isDocument = part.container === 'object' && isTrajectoryPath(part.path)
      open.push(isDocument ? new Trajectory(job, file, part.offset, userOrigin(file, link, current !== null)) : null)
    } else if (part.kind === 'damage') {
      if (current === null) job.ledger.settle(job.ledger.read(file, 0, part.offset), 'unparsed', part.reason)
      else current.damage(part)
    } else if (part.kind === 'value') {
      if (isStepPath(part.path)) await current!.step(part)
      else if (current !== null) current.field(String(part.path.at(-1)), part)
      else job.ledger.settle(job.ledger.read(file, Number(part.path[0] ?? 0) + 1, part.offset), 'noise', 'not an ATIF trajectory')
    } else {
      const closed = open.pop()
      if (!closed) continue
      const read = await closed.finish()
      const parent = open.findLast(trajectory => trajectory !== null)
      if (parent) parent.children.push(read)
      else for (const row of rowsOf(read, around)) yield { row }
    }
  }
}

/** Whose words the user steps of a trajectory hold: a subagent's are its parent's, a summariser's the harness's. */
function userOrigin(file: string, link: ParentLink | null, isEmbedded: boolean): Origin {
  if (segmentOf(file)?.kind === 'summarization') return 'harness'
  return isEmbedded || link?.relation === 'subagent' ? 'agent' : 'human'
}
