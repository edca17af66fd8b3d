import { TracewrightError } from '../errors.ts'
import { type Fields, refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { ColumnConfig, CommonColumnOptions, Generator, Problem, SkipConfig, TemplateMode } from './column.ts'
import { COMMON_FIELDS, SKIP_FIELDS } from './common-settings.ts'

/** The settings that all columns share; a kind of column adds its own and says how it computes. */
export abstract class ConfiguredColumn implements ColumnConfig {
  /** Value of `column_type` in configs. */
  abstract readonly columnType: string
  /** Unique in the config and no column of the seed. */
  readonly name: string
  /** Whether the column is left out of the finished rows. */
  readonly drop: boolean
  /** Whether one row may become several, or none. */
  readonly allowResize: boolean
  /** Rows for which the column is not computed; null: none. */
  readonly skip: SkipConfig | null
  /** Whether the column is skipped too where one it reads was skipped. */
  readonly propagateSkip: boolean

  /** `ownFields`: what a kind of column has besides, as configs name it; whatever else is in the options is refused. Without it nothing is. */
  constructor(options: CommonColumnOptions, ownFields?: Fields) {
    const { name, drop = false, allowResize = false, skip = null, propagateSkip = true } = options
    if (typeof name !== 'string' || name.trim() === '')
      throw new TracewrightError('config', `Cannot add a column: found name ${writeJson(name)}, expected text`)
    if (ownFields !== undefined) refuseUnknownOptions(options, { ...COMMON_FIELDS, ...ownFields }, `column '${name}'`)
    if (skip !== null) refuseUnknownOptions(skip, SKIP_FIELDS, `column '${name}', skip`)
    this.name = name
    this.drop = drop
    this.allowResize = allowResize
    this.skip = skip === null ? null : { when: skip.when, value: skip.value ?? null }
    this.propagateSkip = propagateSkip
  }

  /** Columns it adds besides its own. */
  get sideEffectColumns(): readonly string[] {
    return []
  }

  /** Aliases of the models it calls. */
  get modelAliases(): readonly string[] {
    return []
  }

  abstract get requiredColumns(): readonly string[]
  abstract problems(columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[]
  abstract open(mode: TemplateMode): Generator
  /** What the type says in a config besides the common settings. */
  protected abstract ownJSON(): JsonObject

  /** The column as configs hold it, every default written out. */
  toJSON(): JsonObject {
    const { name, drop, allowResize, columnType, skip, propagateSkip } = this
    return {
      name,
      drop,
      allow_resize: allowResize,
      column_type: columnType,
      skip: skip === null ? null : { when: skip.when, value: skip.value ?? null },
      propagate_skip: propagateSkip,
      ...this.ownJSON(),
    }
  }
}
