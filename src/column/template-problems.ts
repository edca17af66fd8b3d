import { TracewrightError } from '../errors.ts'
import { compileTemplate, namesIn, TemplateError } from '../template/template.ts'
import type { Problem, TemplateMode } from './column.ts'

/** Names a template reads; what else is wrong with it is reported by `templateProblems`. */
export function referencesOf(...templates: (string | null)[]): string[] {
  const names = templates.flatMap(template => {
    if (template === null) return []
    try {
      return compileTemplate(template).references
    } catch {
      return [...namesIn(template)]
    }
  })
  return [...new Set(names)]
}

/** Mistakes in a template that show without a row: syntax, and words that nobody knows, wherever they stand. */
export function templateProblems(
  column: string | null,
  what: string,
  template: string | null,
  profile: TemplateMode['profile'] = 'full',
): Problem[] {
  if (template === null) return []
  const name = column === null ? what : `column '${column}', ${what}`
  return mistakesIn(template, profile, name).map(
    ({ message, hint, isReached }): Problem => ({
      // Data Designer, where it is followed, makes the rows that get by such a word.
      level: isReached || profile === 'full' ? 'error' : 'warning',
      column,
      message: `${what}: ${message}`,
      ...(hint === null ? {} : { hint }),
    }),
  )
}

type Mistake = { message: string; hint: string | null; isReached: boolean }

/** Data Designer's engine has this filter, but its check of configs does not know it: no config with it gets there. */
const NO_JSONPATH: Mistake = {
  message: "No filter named 'jsonpath'",
  hint: 'Data Designer refuses it before it renders: name the keys instead, such as {{ a.b[0] }}, or do without compat',
  isReached: true,
}

function mistakesIn(template: string, profile: TemplateMode['profile'], name: string): Mistake[] {
  const mistakes = (errors: readonly TracewrightError[], isReached: boolean) =>
    errors.map(({ message, hint }) => ({ message, hint, isReached }))
  try {
    const compiled = compileTemplate(template, { profile, name })
    const isUnknown = profile !== 'full' && compiled.filters.has('jsonpath')
    return [...(isUnknown ? [NO_JSONPATH] : []), ...mistakes(compiled.unreached, false)]
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    return mistakes(error instanceof TemplateError ? [error, ...error.others] : [error], true)
  }
}
