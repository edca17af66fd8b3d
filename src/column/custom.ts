import { messageOf, TracewrightError } from '../errors.ts'
import { choiceAt, type Fields, requiredStringAt, stringAt } from '../fields.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import { keptObject, keptValue } from '../python/odd-value.ts'
import type { Row } from '../row.ts'
import { type CellContext, type CommonColumnOptions, defineColumn, type Generator, type Problem, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'
import { customModel } from './custom-model.ts'
import { customColumnGenerator, type GenerationStrategy, type GeneratorContext, type GeneratorFunction } from './generator-function.ts'

/** A column computed by a function of yours; with `allowResize` one row may become many, or none. */
export class CustomColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'custom'
  /** The function that computes. */
  readonly generatorFunction: GeneratorFunction
  /** A row at a time, or all rows at once. Default 'cell_by_cell'. */
  readonly generationStrategy: GenerationStrategy
  /** Handed to the function as `params`; JSON. Default null. */
  readonly generatorParams: Json
  private readonly functionName: string

  constructor(
    options: CommonColumnOptions & {
      /** The function that computes. */
      generatorFunction: GeneratorFunction
      /** A row at a time, or all rows at once. Default 'cell_by_cell'. */
      generationStrategy?: GenerationStrategy
      /** Handed to the function as `params`; JSON. Default null. */
      generatorParams?: Json
      /** Name to write into config files. Default: the function's own. */
      functionName?: string
    },
  ) {
    super(options, { ...FIELDS, function_name: ['text', "the function's own", 'name that is written into configs'] })
    if (typeof options.generatorFunction !== 'function')
      throw new TracewrightError('config', `generatorFunction: found ${typeof options.generatorFunction}, expected a function`, {
        where: `column '${this.name}'`,
      })
    this.generatorFunction = options.generatorFunction
    this.generationStrategy = options.generationStrategy ?? 'cell_by_cell'
    this.generatorParams = options.generatorParams ?? null
    this.functionName = options.functionName ?? options.generatorFunction.name
  }

  override get requiredColumns(): readonly string[] {
    return this.generatorFunction.metadata?.requiredColumns ?? []
  }

  override get sideEffectColumns(): readonly string[] {
    return this.generatorFunction.metadata?.sideEffectColumns ?? []
  }

  override get modelAliases(): readonly string[] {
    return this.generatorFunction.metadata?.modelAliases ?? []
  }

  override problems(): Problem[] {
    if (!this.allowResize || this.skip === null) return []
    return [
      {
        level: 'error',
        column: this.name,
        message: 'skip and allow_resize are both set; a column that resizes cannot be skipped for a row',
      },
    ]
  }

  override open(mode: TemplateMode): Generator {
    const isCompat = mode.compat != null
    const given = (row: Row) => (isCompat ? keptObject(row) : row)
    const call = async (input: Row | Row[], context: CellContext): Promise<unknown> => {
      try {
        return await this.generatorFunction(input, this.contextFor(context))
      } catch (error) {
        if (context.signal.aborted) throw error
        throw new TracewrightError('column', `Custom generator function failed for column '${this.name}': ${messageOf(error)}`, {
          cause: error,
        })
      }
    }
    if (this.generationStrategy === 'full_column')
      return {
        kind: 'table',
        generate: async (rows, context) =>
          this.checkTable(
            await call(
              rows.map(row => ({ ...given(row) })),
              context,
            ),
            rows,
            isCompat,
          ),
      }
    return {
      kind: 'row',
      generate: async (row, context) => {
        this.requireColumns(row)
        return this.checkRow(await call({ ...given(row) }, context), row, isCompat)
      },
    }
  }

  /** What the type says in a config besides the common settings. */
  protected override ownJSON(): JsonObject {
    return {
      generator_function: this.functionName,
      generation_strategy: this.generationStrategy,
      generator_params: this.generatorParams,
    }
  }

  private contextFor({ random, signal, model, rowKey }: CellContext): GeneratorContext {
    const models = Object.fromEntries(this.modelAliases.map(alias => [alias, customModel(model(alias), random, signal, rowKey)]))
    return { params: this.generatorParams, models, signal, random, rng: () => random.next() }
  }

  private requireColumns(row: Row): void {
    const missing = this.requiredColumns.filter(column => !Object.hasOwn(row, column))
    if (missing.length > 0) throw this.broken(`misses columns it requires: ${missing.join(', ')}`)
  }

  private checkRow(returned: unknown, before: Row, isCompat: boolean): Row[] {
    if (Array.isArray(returned)) {
      if (!this.allowResize) throw this.broken('returned a list, expected one row; set allowResize to make several rows of one')
      return returned.map(item => this.checkOne(item, before, isCompat))
    }
    return [this.checkOne(returned, before, isCompat)]
  }

  private checkTable(returned: unknown, before: Row[], isCompat: boolean): Row[] {
    if (!Array.isArray(returned)) throw this.broken(`returned ${kindOf(returned)}, expected a list of rows`)
    if (!this.allowResize && returned.length !== before.length)
      throw this.broken(`returned ${returned.length} rows of ${before.length}; set allowResize to change the number of rows`)
    return returned.map((item, i) => this.checkOne(item, before[Math.min(i, before.length - 1)] ?? {}, isCompat))
  }

  /** A row must keep what was there, add what was declared, and is stripped of what was not. NaN is null, but under compat `nan` until the row is finished. */
  private checkOne(returned: unknown, before: Row, isCompat: boolean): Row {
    if (!isObject(returned))
      throw this.broken(`returned ${kindOf(returned)}, expected ${this.allowResize ? 'a row or a list of rows' : 'a row'}`)
    if (!Object.hasOwn(returned, this.name)) throw this.broken(`did not add the column '${this.name}' to the row`)
    const unmade = this.sideEffectColumns.filter(column => !Object.hasOwn(returned, column))
    if (unmade.length > 0) throw this.broken(`did not add its declared side-effect columns: ${unmade.join(', ')}`)
    const removed = Object.keys(before).filter(column => !Object.hasOwn(returned, column))
    if (removed.length > 0) throw this.broken(`removed columns that were there: ${removed.join(', ')}`)
    const kept = [...Object.keys(before), this.name, ...this.sideEffectColumns]
    return Object.fromEntries(
      kept.map(column => {
        const value = ownValue(returned, column) ?? null
        return [column, isCompat || Object.is(value, ownValue(before, column)) ? value : keptValue(value)]
      }),
    )
  }

  private broken(what: string): TracewrightError {
    return new TracewrightError('column', `Custom generator for column '${this.name}' ${what}`)
  }
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
}

const FIELDS: Fields = {
  generator_function: ['text', '', 'name of a function that code brings along (`functions`, `--functions`)'],
  generation_strategy: ['`cell_by_cell` or `full_column`', '`cell_by_cell`', 'a row at a time, or all rows at once'],
  generator_params: ['any', 'null', 'what the function gets as `params`'],
}
/** The function of the example. */
const count = customColumnGenerator(
  { requiredColumns: ['text'], sideEffectColumns: ['words'] },
  (row: { text: string }, { params }: GeneratorContext) => ({
    ...row,
    characters: isObject(params) && params['rounded'] === true ? Math.ceil(row.text.length / 10) * 10 : row.text.length,
    words: row.text.split(' ').length,
  }),
)

export const custom = defineColumn({
  name: 'custom',
  description: 'A function of yours, row by row or over all rows; may make many rows of one',
  fields: FIELDS,
  fromJSON: (config, functions) => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const functionName = requiredStringAt(config, 'generator_function', where)
    const generatorFunction = functions.get(functionName) ?? functions.get(camelCase(functionName))
    if (typeof generatorFunction !== 'function')
      throw new TracewrightError('config', `generator_function: '${functionName}' is a name, and no function of that name was given`, {
        where,
        hint: 'Pass it: DataDesignerConfigBuilder.fromConfig(path, { functions: { … } }), or --functions FILE on the command line',
      })
    return new CustomColumnConfig({
      ...common,
      generatorFunction: generatorFunction as GeneratorFunction,
      functionName,
      generationStrategy: choiceAt(config, 'generation_strategy', where, ['cell_by_cell', 'full_column']) ?? 'cell_by_cell',
      generatorParams: config['generator_params'] ?? stringAt(config, 'generator_params', where),
    })
  },
  example: {
    name: 'characters',
    needs: { generator_function: 'count' },
    more: { generation_strategy: 'cell_by_cell', generator_params: { rounded: true } },
    row: { text: 'Mend the kite', kept: [1, { a: null }] },
    reads: ['text'],
    adds: ['words'],
    functions: new Map([['count', count]]),
  },
})

/** Python's names for functions, as JavaScript spells them: explode_tool_interactions is explodeToolInteractions. */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
