import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { ValidationColumnConfig } from '../../../column/validation.ts'

/** Columns that are validated as code, and which nothing writes code into. */
export function validationWarnings(columns: readonly ColumnConfig[]): Problem[] {
  const isProse = ({ columnType }: ColumnConfig) => columnType.startsWith('llm-') && columnType !== 'llm-code'
  const prose = new Set(columns.filter(isProse).map(({ name }) => name))
  return columns
    .filter(column => column instanceof ValidationColumnConfig)
    .filter(({ validatorType }) => validatorType === 'code')
    .flatMap(({ name, targetColumns }) =>
      targetColumns
        .filter(target => prose.has(target))
        .map((target): Problem => {
          const message = `validates '${target}' as code, which is no column of code`
          return { level: 'warning', column: name, message, hint: 'Make it an llm-code column' }
        }),
    )
}
