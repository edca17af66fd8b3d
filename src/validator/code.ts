import { TracewrightError } from '../errors.ts'
import { choiceAt, type Fields, refuse } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { RunEnding } from '../run-ending.ts'
import { lintPython } from './lint-python.ts'
import { lintSql } from './lint-sql.ts'
import { scriptSyntax } from './script-syntax.ts'
import { defineValidator, type ValidationResult, type ValidatorParams } from './validator.ts'

const SQL = ['sql:sqlite', 'sql:tsql', 'sql:bigquery', 'sql:mysql', 'sql:postgres', 'sql:ansi'] as const
const LANGS = ['python', 'javascript', 'typescript', ...SQL] as const

const FIELDS: Fields = {
  code_lang: [
    '`python`, `javascript`, `typescript`, or `sql:` and one of `sqlite`, `tsql`, `bigquery`, `mysql`, `postgres`, `ansi`',
    '',
    'language of the code',
  ],
}

/** Whether code can be read, and what a linter says of it. */
export const code = defineValidator({
  name: 'code',
  description: 'Whether code is well formed: Python by ruff or CPython, SQL by sqlfluff, JavaScript and TypeScript by Node',
  fields: FIELDS,
  read(params, where): ValidatorParams {
    const lang = choiceAt(params, 'code_lang', where, LANGS)
    if (lang === null && params['code_lang'] === undefined) refuse(`code_lang: found nothing, expected one of ${LANGS.join(', ')}`, where)
    return {
      single: true,
      parallel: 4,
      validate: async (rows, { signal, asDataDesigner }) =>
        Promise.all(
          rows.map(async (row): Promise<ValidationResult> => {
            const [text = null] = Object.values(row)
            // Data Designer judges all rows at once.
            const Failing = asDataDesigner ? RunEnding : TracewrightError
            if (typeof text !== 'string')
              throw new Failing('column', `Cannot validate code: found ${writeJson(text).slice(0, 80)}, expected text`)
            if (lang === 'python') return lintPython(text, signal)
            return lang === 'javascript' || lang === 'typescript'
              ? scriptSyntax(text, lang)
              : lintSql(text, lang!.slice('sql:'.length), signal)
          }),
        ),
      toJSON: () => ({ validator_type: 'code', code_lang: lang }),
    }
  },
  example: {
    needs: { code_lang: 'python' },
    more: { code_lang: 'sql:postgres' },
    wrong: [
      [{ code_lang: 'pyton' }, 'code_lang: found "pyton"'],
      [{}, 'code_lang: found nothing'],
    ],
  },
})
