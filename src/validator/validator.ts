import { type Fields, refuseUnknownKeys } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'

/** What a validator says of a row: `is_valid`, and whatever else it found. */
export type ValidationResult = {
  /** Whether it is; null where that could not be told. */
  is_valid: boolean | null
  /** What else was found. */
  [detail: string]: Json
}

/** What a validation may use besides its rows. */
export type ValidationContext = {
  /** Ends the work when it is raised. */
  signal: AbortSignal
  /** Whether Data Designer is followed to the letter. */
  asDataDesigner: boolean
}

/** Parameters of a validator, checked and ready to judge. */
export interface ValidatorParams {
  /** Whether it judges one column of one row; else it is given several rows at once, and all target columns together. */
  readonly single: boolean
  /** Batches that are under way at once. */
  readonly parallel: number
  /** Whether it sends the rows as JSON, so that Data Designer leaves those without a verdict which JSON has no words for. Default false. */
  readonly sendsJson?: boolean
  /** Judge these rows: a result for each. */
  validate(rows: readonly Row[], context: ValidationContext): Promise<(ValidationResult | null)[]>
  /** The parameters in Data Designer's schema, every default written. */
  toJSON(): JsonObject
}

/** A kind of validator as the registry knows it. */
export interface ValidatorKind<Name extends string = string> {
  /** Value of `validator_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Keys of its parameters. */
  readonly fields: Fields
  /** Read parameters; `functions` holds what they name. Throws with what is wrong with them. */
  read(params: JsonObject, where: string, functions: ReadonlyMap<string, unknown>): ValidatorParams
  /** How its parameters look, for the docs and for the tests every validator is held to. */
  readonly example: {
    /** Parameters that are enough. */
    needs: JsonObject
    /** What they can say besides, or otherwise. */
    more: JsonObject
    /** Parameters that are refused, each with words of the sentence that says why. Default: none. */
    wrong?: readonly (readonly [params: JsonObject, words: string])[]
    /** Functions that the parameters name. */
    functions?: ReadonlyMap<string, unknown>
  }
}

/** Define a kind of validator, which refuses parameters that are none of its `fields`; keeps its name as a literal type. */
export function defineValidator<const Name extends string>(type: ValidatorKind<Name>): ValidatorKind<Name> {
  // The type may be repeated among the parameters.
  const fields: Fields = { ...type.fields, validator_type: ['text', 'that of the column', 'the type once more'] }
  return {
    ...type,
    read(params, where, functions) {
      refuseUnknownKeys(params, fields, where)
      return type.read(params, where, functions)
    },
  }
}
