import type { Origin } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readDocument } from '../../log/document.ts'
import { rowsOf, type Surroundings } from './facts.ts'
import { segmentOf } from './identity.ts'
import { findParent, idsBeside, type ParentLink } from './lineage.ts'
import { Trajectory } from './read.ts'
import { readTrial } from './trial.ts'
import { isStepPath, isTrajectoryPath, takingTrajectories } from './walk.ts'

/** The rows of a document: of each trajectory in it, once it is whole. */
export async function* parse(unit: Unit, job: ParseJob) {
  const file = unit.files[0]!
  const link = await findParent(job.source, file)
  const trial = await readTrial(job.source, file)
  const around: Surroundings = { source: job.source, link, trial, ids: new Map(), beside: await idsBeside(job.source, file) }
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
