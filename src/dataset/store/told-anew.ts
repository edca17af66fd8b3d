import type { UnitRef } from '../../rollout/find.ts'
import { refId } from './entries.ts'
import type { Planned } from './plan.ts'

/**
 * Units that did not change, of which a log that is new or did change tells what their own logs do not: their rows say it, too. `todo`:
 * units that are parsed; they are told already.
 */
export function toldAnew(found: readonly UnitRef[], plan: readonly Planned[], todo: readonly Planned[]): Planned[] {
  const parsed = new Set(todo.map(({ id }) => id))
  if (found.every(ref => parsed.has(refId(ref)))) return []
  const told = new Set<string>()
  for (const ref of found)
    if (ref.format.tellsOf !== undefined && parsed.has(refId(ref)))
      for (const session of ref.format.tellsOf(ref.source, ref.unit)) told.add(`${ref.format.name}\n${session}`)
  if (told.size === 0) return []
  // A part of a session that lies elsewhere has another id, and names the session as its root.
  const isTold = ({ name }: UnitRef['format'], session: string | null) => session !== null && told.has(`${name}\n${session}`)
  return plan.filter(
    ({ id, ref, known }) =>
      ref !== null && !parsed.has(id) && known?.came.rows.some(row => isTold(ref.format, row.id) || isTold(ref.format, row.root)),
  )
}
