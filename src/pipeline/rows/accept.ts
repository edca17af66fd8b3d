import type { TemplateMode } from '../../column/column.ts'
import { TracewrightError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import type { Row } from '../../row.ts'
import { compileTemplate } from '../../template/template.ts'
import type { Plan } from '../plan/plan.ts'
import { rowCondition } from './truth.ts'

/** A condition on finished rows as runs keep it: `quality.score >= 4` stands for `{{ quality.score >= 4 }}`. */
export function acceptTemplate(condition: string | null | undefined): string | null {
  if (condition === null || condition === undefined) return null
  return /\{[{%]/.test(condition) ? condition : `{{ ${condition.trim()} }}`
}

/** Judges finished rows; what cannot be evaluated is not accepted. Throws where the condition reads what no row has. */
export function acceptance(template: string, plan: Plan, mode: TemplateMode): (row: Row) => boolean {
  const known = [...plan.seedColumns, ...plan.columns.flatMap(column => [column.name, ...column.sideEffectColumns])]
  const { references, unreached } = compileTemplate(template, { name: 'accept', profile: mode.profile })
  if (unreached.length > 0) throw unreached[0]
  for (const name of references) {
    if (known.includes(name)) continue
    const guess = nearest(name, known)
    throw new TracewrightError(
      'usage',
      `Cannot accept rows by '${template}': it reads '${name}', which is neither a column nor in the seed`,
      {
        hint: guess === null ? `There are: ${known.join(', ')}` : `Did you mean '${guess}'?`,
      },
    )
  }
  const condition = rowCondition(template, 'accept', mode)
  return row => condition(row) === true
}
