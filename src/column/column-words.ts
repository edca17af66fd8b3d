import { enumerationOf } from '../enumeration.ts'
import { optionsNamed } from '../fields.ts'
import * as samplerTypes from '../sampler/samplers.ts'
import type { SkipConfig as Skip } from './column.ts'
import * as columnTypes from './columns.ts'
import type { GenerationStrategy as Strategy } from './generator-function.ts'
import { CODE_LANGS, type CodeLang as Lang } from './llm-code.ts'
import type { TraceKeeping } from './prompt.ts'

/** Types of columns: `DataDesignerColumnType.LLM_TEXT` is 'llm-text'. */
export const DataDesignerColumnType = enumerationOf(Object.values(columnTypes).map(({ name }) => name))

/** Name of a type of columns. */
export type DataDesignerColumnType = (typeof DataDesignerColumnType)[keyof typeof DataDesignerColumnType]

/** Kinds of samplers: `SamplerType.CATEGORY` is 'category'. */
export const SamplerType = enumerationOf(Object.values(samplerTypes).map(({ name }) => name))

/** Name of a kind of samplers. */
export type SamplerType = (typeof SamplerType)[keyof typeof SamplerType]

/** Languages of code: `CodeLang.SQL_SQLITE` is 'sql:sqlite'. */
export const CodeLang = enumerationOf(CODE_LANGS)

/** A language code can be asked for in, as configs name it; SQL comes with its dialect. */
export type CodeLang = Lang

/** How much of the conversation is kept: `TraceType.ALL_MESSAGES` is 'all_messages'. */
export const TraceType = enumerationOf(['none', 'last_message', 'all_messages'] satisfies TraceKeeping[])

/** How much of the conversation with the model is kept beside the cell. */
export type TraceType = TraceKeeping

/** How a custom column is computed: `GenerationStrategy.FULL_COLUMN` is 'full_column'. */
export const GenerationStrategy = enumerationOf(['cell_by_cell', 'full_column'] satisfies Strategy[])

/** Whether a custom column is computed cell by cell or over all rows at once. */
export type GenerationStrategy = Strategy

/** When to skip a cell, and what to put there instead. */
export type SkipConfig = Skip
/** When to skip a cell, and what to put there instead. */
export const SkipConfig = optionsNamed<SkipConfig>('SkipConfig', ['when', 'value'])
