import { enumerationOf } from '../enumeration.ts'
import type { InequalityOperator as Operator, SamplerConstraint } from './constraint.ts'

/** How the two sides of a constraint stand to each other: `InequalityOperator.LT` is 'lt'. */
export const InequalityOperator = enumerationOf(['lt', 'le', 'gt', 'ge'] satisfies Operator[])

/** How the two sides of a constraint stand to each other. */
export type InequalityOperator = Operator

/** What draws are compared with: `ConstraintType.SCALAR_INEQUALITY` is 'scalar_inequality'. */
export const ConstraintType = enumerationOf(['scalar_inequality', 'column_inequality'] satisfies ConstraintType[])

/** What draws are compared with: a number, or another column. */
export type ConstraintType = SamplerConstraint['constraintType']
