import { enumerationOf } from '../../enumeration.ts'
import type { ProcessorType as Kind } from './processor.ts'
import * as processorTypes from './processors.ts'

/** Kinds of processors: `ProcessorType.DROP_COLUMNS` is 'drop_columns'. */
export const ProcessorType = enumerationOf(Object.values(processorTypes).map(({ name }) => name))

/** A kind of processor as the registry knows it. */
export type ProcessorType<Name extends string = string> = Kind<Name>
