import { enumerationOf } from '../enumeration.ts'
import * as validatorTypes from './validators.ts'

/** Kinds of validators: `ValidatorType.CODE` is 'code'. */
export const ValidatorType = enumerationOf(Object.values(validatorTypes).map(({ name }) => name))

/** Name of a kind of validators. */
export type ValidatorType = (typeof ValidatorType)[keyof typeof ValidatorType]
