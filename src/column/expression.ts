import { isVersion057 } from '../compat.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { choiceAt, type Fields, refuse, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { asFloat, Float } from '../json/number.ts'
import { pythonFloat } from '../python/float.ts'
import { floatRepr, pythonStr } from '../python/text.ts'
import { strip } from '../python/white-space.ts'
import { RunEnding } from '../run-ending.ts'
import { compileTemplate } from '../template/template.ts'
import { type CommonColumnOptions, defineColumn, type Generator, type Problem, type SkipConfig, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'
import { referencesOf, templateProblems } from './template-problems.ts'
import { plainValue, templateRow } from './template-row.ts'

/** What the result of an expression is read as. 'json' keeps the value itself: a message stays an object. */
export type ExpressionDtype = (typeof DTYPES)[number]

type SkipValue = NonNullable<SkipConfig['value']>

/** What a result may be read as. */
const DTYPES = ['str', 'int', 'float', 'bool', 'json'] as const

/** A cell computed from a template over the row: `{{ messages | random }}`. */
export class ExpressionColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'expression'
  /** Template of the cell. */
  readonly expr: string
  /** What the result is read as. Default 'str'. */
  readonly dtype: ExpressionDtype

  /** `expr`: the template. `dtype`: what its result is read as, default 'str'. */
  constructor(options: CommonColumnOptions & Pick<ExpressionColumnConfig, 'expr'> & Partial<Pick<ExpressionColumnConfig, 'dtype'>>) {
    super(withSkipValue(options), FIELDS)
    if (options.expr.trim() === '') refuse('expr: found nothing, expected a template', `column '${this.name}'`)
    this.expr = options.expr
    this.dtype = options.dtype ?? 'str'
  }

  override get requiredColumns(): readonly string[] {
    return referencesOf(this.expr)
  }

  override problems(_columns?: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
    return templateProblems(this.name, 'expr', this.expr, profile)
  }

  override open(mode: TemplateMode): Generator {
    const { name, dtype } = this
    const template = compileTemplate(this.expr, { profile: mode.profile, name: `column '${name}', expr` })
    return {
      kind: 'row',
      async generate(row, { random }) {
        const seen = templateRow(row, mode)
        try {
          const value =
            dtype === 'json'
              ? plainValue(template.evaluate(seen, { values: mode.values, random }))
              : cast(sayingSomething(template.render(seen, { values: mode.values, random }), mode), dtype, mode.compat != null)
          return [{ ...row, [name]: value }]
        } catch (error) {
          // That version computes all rows at once, and one that fails takes the others along.
          if (!isVersion057(mode.compat)) throw error
          throw new RunEnding('column', messageOf(error), { where: `column '${name}'`, cause: error })
        }
      },
    }
  }

  /** What the type says in a config besides the common settings. */
  protected override ownJSON(): JsonObject {
    return { expr: this.expr, dtype: this.dtype }
  }
}

/** The options, with what stands in skipped cells of the column's own kind. */
function withSkipValue<Options extends CommonColumnOptions & { dtype?: ExpressionDtype }>(options: Options): Options {
  const { skip, dtype = 'str' } = options
  const value = skip?.value ?? null
  if (!skip || value === null || dtype === 'json') return options
  const read = skippedAs(value, dtype)
  if (read !== null) return { ...options, skip: { ...skip, value: read } }
  refuse(`skip.value: found ${writeJson(value)}, expected what can be read as ${dtype}`, `column '${options.name}'`)
  return options
}

/** What Python's `str(v)`, `int(v)`, `float(v)` and `bool(v)` make of a value that is not of the kind yet; null where it cannot be read so. */
function skippedAs(value: SkipValue, dtype: Exclude<ExpressionDtype, 'json'>): SkipValue | null {
  if (dtype === 'str') return pythonStr(value)
  if (dtype === 'bool') return typeof value === 'string' ? value !== '' : Boolean(Number(value))
  const text = typeof value === 'string' ? value : null
  if (dtype === 'int' && (typeof value === 'boolean' || (text !== null && !/^[+-]?\d+(?:_\d+)*$/.test(strip(text, null)))))
    return text === null ? value : null
  const number = text === null ? Number(value) : pythonFloat(text)
  if (number === null || !Number.isFinite(number)) return null
  return dtype === 'int' ? Math.trunc(number) : asFloat(number)
}

/** To Data Designer 0.9 white space alone is no result. */
function sayingSomething(text: string, { compat = null }: TemplateMode): string {
  if (compat === null || isVersion057(compat) || strip(text, null) !== '') return text
  throw new TracewrightError('column', 'The expression gave nothing but white space, expected a value')
}

/** Read text as a dtype, as Python's `int(float(v))`, `float(v)` and truth of numbers do. `takesOdd`: whether `nan` is a float, and infinities are Python's. */
export function cast(text: string, dtype: Exclude<ExpressionDtype, 'json'>, takesOdd = false): Json {
  if (dtype === 'str') return text
  if (dtype === 'bool') {
    const number = pythonFloat(text)
    if (number === null) return text.toLowerCase() === 'true'
    if (Number.isNaN(number)) return false
    if (!Number.isFinite(number)) throw notA(text, 'bool')
    return Math.trunc(number) !== 0
  }
  const number = pythonFloat(text)
  if (number !== null && !Number.isFinite(number) && takesOdd && dtype === 'float')
    return new Float(number, floatRepr(number)) as unknown as Json
  if (number === null || Number.isNaN(number) || (dtype === 'int' && !Number.isFinite(number))) throw notA(text, dtype)
  return dtype === 'int' ? Math.trunc(number) + 0 : asFloat(number)
}

function notA(text: string, dtype: string): TracewrightError {
  return new TracewrightError('column', `Cannot read the expression's result as ${dtype}: found ${writeJson(text.slice(0, 80))}`)
}

const FIELDS: Fields = {
  expr: ['template', '', 'what the cell is'],
  dtype: [DTYPES.map(dtype => `\`${dtype}\``).join(', '), '`str`', 'what its result is read as; `json` keeps the value itself'],
}

export const expression = defineColumn({
  name: 'expression',
  description: 'A template over the row',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    return new ExpressionColumnConfig({
      ...common,
      expr: requiredStringAt(config, 'expr', where),
      dtype: choiceAt(config, 'dtype', where, DTYPES) ?? 'str',
    })
  },
  example: {
    name: 'turns',
    needs: { expr: '{{ messages | length }} in {{ project.name }}' },
    more: { dtype: 'str' },
    row: { messages: ['Mend the kite', 'Mended.'], project: { name: 'kites' } },
    reads: ['messages', 'project'],
  },
})
