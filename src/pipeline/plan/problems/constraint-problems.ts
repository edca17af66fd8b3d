import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { SamplerColumnConfig } from '../../../column/sampler.ts'
import type { SamplerConstraint } from '../../../sampler/constraint.ts'
import { KnownNames } from './known-names.ts'

/** Constraints on what is no sampler column: nothing is drawn there that could be drawn again. */
export function constraintProblems(constraints: readonly SamplerConstraint[], columns: readonly ColumnConfig[]): Problem[] {
  const samplers = new KnownNames(columns.filter(column => column instanceof SamplerColumnConfig).map(({ name }) => name))
  return constraints.flatMap(({ targetColumn, otherColumn }) =>
    [targetColumn, ...(otherColumn === null ? [] : [otherColumn])]
      .filter(name => !samplers.has(name))
      .map((name): Problem => {
        const message = `constraints: found '${name}', expected a sampler column`
        return { level: 'error', column: null, message, hint: samplers.hintFor(name, 'There are: none') }
      }),
  )
}
