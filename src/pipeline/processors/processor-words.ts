import { enumerationOf } from '../../enumeration.ts'
import * as processorTypes from './processors.ts'

/** Kinds of processors: `ProcessorType.DROP_COLUMNS` is 'drop_columns'. */
export const ProcessorType = enumerationOf(Object.values(processorTypes).map(({ name }) => name))

/** Name of a kind of processors. */
export type ProcessorType = (typeof ProcessorType)[keyof typeof ProcessorType]
