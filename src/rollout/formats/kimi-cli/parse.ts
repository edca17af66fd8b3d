import type { Outcome } from '../../../row.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { UnitHint } from './discover.ts'
import { parseCode } from './parse-code.ts'
import { parseContext } from './parse-context.ts'

/** Turn a session into its row, and one for each path that was left where all branches are asked for. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const rows = kind === 'code' ? parseCode(unit, job) : parseContext(unit, job)
  for await (const row of rows) yield { row }
}
