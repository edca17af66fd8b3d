import { TracewrightError } from '../errors.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject } from '../json/json.ts'
import { runLinter } from './run-linter.ts'
import type { ValidationResult } from './validator.ts'

/** What sqlfluff cannot parse of SQL in a dialect. */
export async function lintSql(code: string, dialect: string, signal: AbortSignal): Promise<ValidationResult> {
  const printed = await runLinter(
    'sqlfluff',
    ['lint', '--dialect', dialect, '--format', 'json', '--nocolor', '--disable-progress-bar', '-'],
    code,
    signal,
  )
  if (printed === null)
    throw new TracewrightError('column', 'Cannot validate SQL: found no sqlfluff on this machine', {
      hint: 'Install it: pip install sqlfluff',
    })
  const files = readJsonOr(printed)
  const violations = (Array.isArray(files) ? files : []).flatMap(file =>
    isObject(file) && Array.isArray(file['violations']) ? file['violations'] : [],
  )
  const errors = violations
    .filter(isObject)
    .filter(({ code: rule }) => String(rule).startsWith('PRS'))
    .map(({ code: rule, description }) => `${String(rule)}: ${String(description)}`)
  const hasBareDecimal = /DECIMAL\(\d+\)/.test(code)
  const messages =
    errors.join('\n') + (hasBareDecimal ? '\nCustom Check: Found DECIMAL definitions without a scale, which may be incorrect.' : '')
  return { is_valid: messages === '', error_messages: messages }
}
