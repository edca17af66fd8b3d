import type { TemplateMode } from '../../column/column.ts'
import { templateRow } from '../../column/template-row.ts'
import { parsePythonLiteral } from '../../python/literal.ts'
import type { Row } from '../../row.ts'
import { compileTemplate, truth } from '../../template/template.ts'

/** A condition on rows: a template, or the bare name of a column. Gives undefined where it cannot be evaluated. */
export function rowCondition(source: string, what: string, mode: TemplateMode): (row: Row) => boolean | undefined {
  const profile = mode.compat ? 'native' : mode.profile
  const template = compileTemplate(/^\w+$/.test(source) ? `{{ ${source} }}` : source, { name: what, profile })
  return row => {
    try {
      // Data Designer gives its conditions the values themselves, and takes what is not there for a mistake.
      const value = template.evaluate(templateRow(row, { ...mode, profile }), {
        values: mode.values,
        refusesUndefined: Boolean(mode.compat),
      })
      if (mode.compat) return value === undefined ? undefined : isTrueAsLiteral(value)
      return isTrue(value)
    } catch {
      return undefined
    }
  }
}

/** Python's truth; text that is one of its literals is what that says. */
function isTrueAsLiteral(value: unknown): boolean {
  if (typeof value !== 'string') return truth(value)
  const said = /^\s/.test(value) ? undefined : parsePythonLiteral(value)
  return said === undefined ? value !== '' : truth(said)
}

/** Python's truth; text that spells a value counts as that value, as in the reference's native evaluation. */
function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === '') return false
  if (typeof value === 'string') return !FALSE_TEXTS.has(value.trim())
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object') return Object.keys(value).length > 0
  return true
}

const FALSE_TEXTS = new Set(['', 'False', 'None', '0', '0.0', '[]', '{}', '()', "''", '""', 'false', 'null'])
