import { TracewrightError } from '../errors.ts'
import { type Fields, numberAt, objectAt, refuse, snakeCased, stringAt, textsAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import { isSayable, keptObject, keptValue } from '../python/odd-value.ts'
import { unknownName } from '../registered-name.ts'
import type { Row } from '../row.ts'
import type { ValidationContext, ValidationResult, ValidatorKind, ValidatorParams } from '../validator/validator.ts'
import type { ValidatorType } from '../validator/validator-words.ts'
import * as validatorTypes from '../validator/validators.ts'
import { countFrom, isCount } from '../whole-number.ts'
import {
  type CellContext,
  type ColumnType,
  type CommonColumnOptions,
  defineColumn,
  type Generator,
  type Problem,
  type TemplateMode,
} from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'

/** Which columns are validated, and how. */
export type ValidationOptions = {
  /** Columns whose cells are validated. */
  targetColumns: readonly string[]
  /** What validates them, by its name; one of another package itself. */
  validatorType: ValidatorType | ValidatorKind
  /** Parameters in camel case; the snake case of configs will do. */
  validatorParams: { readonly [name: string]: unknown }
  /** Rows a validator is given at once. Default 10. */
  batchSize?: number
}

/** A cell that says whether others are valid: `{ is_valid, … }`, of several code columns one for each. */
export class ValidationColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'validation'
  /** Columns whose cells are validated. */
  readonly targetColumns: readonly string[]
  /** What validates them. */
  readonly validatorType: string
  /** Rows the validator is given at once. */
  readonly batchSize: number
  private readonly params: ValidatorParams

  constructor(options: CommonColumnOptions & ValidationOptions, functions: ReadonlyMap<string, unknown> = new Map()) {
    super(options, FIELDS)
    const where = `column '${this.name}'`
    const { targetColumns, validatorType, validatorParams, batchSize = 10 } = options
    if (targetColumns.length === 0) refuse('target_columns: found none, expected names of columns', where)
    if (!isCount(batchSize, 1)) refuse(`batch_size: found ${batchSize}, expected ${countFrom(1)}`, where)
    const types: ValidatorKind[] = Object.values(validatorTypes)
    const type = typeof validatorType === 'object' ? validatorType : types.find(({ name }) => name === validatorType)
    if (type === undefined) throw unknownName('validator_type', String(validatorType), types, where)
    this.targetColumns = [...targetColumns]
    this.validatorType = type.name
    this.batchSize = batchSize
    this.params = type.read(snakeCased(validatorParams, type.fields), `${where}, validator_params`, functions)
  }

  override get requiredColumns(): readonly string[] {
    return this.targetColumns
  }

  override problems(): Problem[] {
    return []
  }

  override open(mode: TemplateMode): Generator {
    const contextOf = ({ signal }: CellContext): ValidationContext => ({ signal, asDataDesigner: (mode.compat ?? null) !== null })
    const { name, params } = this
    if (!params.single)
      return {
        kind: 'table',
        generate: async (rows, context) => {
          const results = await this.inBatches(
            rows.map(row => this.targets(row)),
            contextOf(context),
          )
          return rows.map((row, i) => ({ ...row, [name]: results[i] ?? null }))
        },
      }
    return {
      kind: 'row',
      generate: async (row, context) => {
        const judged = await params.validate(
          this.targetColumns.map(column => ({ [column]: keptValue(ownValue(row, column) ?? null) })),
          contextOf(context),
        )
        const cell = judged.length === 1 ? judged[0]! : Object.fromEntries(this.targetColumns.map((column, i) => [column, judged[i]!]))
        return [{ ...row, [name]: cell }]
      },
    }
  }

  protected override ownJSON(): JsonObject {
    return {
      target_columns: [...this.targetColumns],
      validator_type: this.validatorType,
      validator_params: this.params.toJSON(),
      batch_size: this.batchSize,
    }
  }

  private targets(row: Row): Row {
    return Object.fromEntries(this.targetColumns.map(column => [column, ownValue(row, column) ?? null]))
  }

  /** Where several batches are under way, one that cannot be judged leaves its rows without a verdict; else it fails them all. */
  private async inBatches(rows: readonly Row[], context: ValidationContext): Promise<(ValidationResult | null)[]> {
    const { parallel } = this.params
    const batches = Array.from({ length: Math.ceil(rows.length / this.batchSize) }, (_, i) =>
      rows.slice(i * this.batchSize, (i + 1) * this.batchSize),
    )
    const results: (ValidationResult | null)[][] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let i = next++; i < batches.length; i = next++) {
        try {
          results[i] = await this.judged(batches[i]!, context)
        } catch (error) {
          if (parallel === 1 || context.signal.aborted) throw error
          results[i] = batches[i]!.map(() => ({ is_valid: null }))
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(parallel, batches.length) }, work))
    return results.flat()
  }

  private judged(batch: readonly Row[], context: ValidationContext): Promise<(ValidationResult | null)[]> {
    if (context.asDataDesigner && this.params.sendsJson === true && !batch.every(isSayable))
      throw new TracewrightError('column', 'Cannot validate: Data Designer sends no rows that hold times, lists of a seed, or `nan`')
    return this.params.validate(batch.map(keptObject), context)
  }
}

const FIELDS: Fields = {
  target_columns: ['list of texts', '', 'columns whose cells are validated'],
  validator_type: [
    Object.values(validatorTypes)
      .map(({ name }) => `\`${name}\``)
      .join(', '),
    '',
    'what validates them',
  ],
  validator_params: ['object', '', 'parameters of the validator'],
  batch_size: ['whole number from 1', '10', 'rows the validator is given at once'],
}

export const validation = defineColumn({
  name: 'validation',
  description: 'Whether other cells are valid: code, by a function of yours, or by a server',
  fields: FIELDS,
  fromJSON: (config, functions) => validationFromJSON(config, functions, []),
  example: {
    name: 'snippet_validity',
    needs: { target_columns: ['snippet'], validator_type: 'code', validator_params: { code_lang: 'javascript' } },
    more: { validator_params: { validator_type: 'code', code_lang: 'typescript' }, batch_size: 3 },
    row: { snippet: 'const kites = 2', kept: [1, { a: null }] },
    reads: ['snippet'],
  },
})

/** Validation columns that may name validators of other packages, too. */
export function validationWith(validators: readonly ValidatorKind[]): ColumnType<'validation'> {
  const all: ValidatorKind[] = [...Object.values(validatorTypes), ...validators]
  const taken = all.find(({ name }, i) => all.findIndex(type => type.name === name) !== i)
  if (taken !== undefined) throw new TracewrightError('usage', `Cannot use extensions: there are two validators of type '${taken.name}'`)
  return { ...validation, fromJSON: (config, functions) => validationFromJSON(config, functions, validators) }
}

function validationFromJSON(
  config: JsonObject,
  functions: ReadonlyMap<string, unknown>,
  further: readonly ValidatorKind[],
): ValidationColumnConfig {
  const common = commonFromJSON(config, FIELDS)
  const where = `column '${common.name}'`
  const types: ValidatorKind[] = [...Object.values(validatorTypes), ...further]
  const name = stringAt(config, 'validator_type', where)
  const type = types.find(type => type.name === name)
  const targets = textsAt(config, 'target_columns', where)
  if (targets === null) refuse('target_columns: found nothing, expected names of columns', where)
  const params = objectAt(config, 'validator_params', where)
  if (params === null) refuse('validator_params: found nothing, expected the parameters of the validator', where)
  // Last: without its kind nothing more is known of a validator.
  if (type === undefined) throw unknownName('validator_type', name, types, where)
  return new ValidationColumnConfig(
    {
      ...common,
      targetColumns: targets ?? ['?'],
      validatorType: type,
      validatorParams: params ?? {},
      batchSize: numberAt(config, 'batch_size', where) ?? 10,
    },
    functions,
  )
}
