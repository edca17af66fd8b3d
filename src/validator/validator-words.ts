import { enumerationOf } from '../enumeration.ts'
import type { ValidatorType as Kind } from './validator.ts'
import * as validatorTypes from './validators.ts'

/** Kinds of validators: `ValidatorType.CODE` is 'code'. */
export const ValidatorType = enumerationOf(Object.values(validatorTypes).map(({ name }) => name))

/** A kind of validator as the registry knows it. */
export type ValidatorType<Name extends string = string> = Kind<Name>
