import { type Fields, refuseUnknownKeys } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'
import type { Random } from '../random.ts'
import type { Row } from '../row.ts'
import type { Persons } from './persons.ts'

/** What a draw may use besides its parameters. */
export type DrawContext = {
  random: Random // a stream of its own for each row and column
  row: Row // the columns the sampler reads
  times: ReadonlyMap<string, number> // points in time drawn in other columns of the row, in seconds, whatever text they became
  likeNumPy?: boolean // whether values of several kinds become one, as they do in an array of NumPy
  persons?: Persons // datasets that persons are drawn from
}

/** What draws become: numbers or words that `convert_to` makes another kind, seconds that become text, or nothing but themselves. */
export type DrawKind = 'value' | 'time' | 'fixed'

/** Parameters of a sampler, checked and ready to draw. */
export interface SamplerParams {
  readonly kind: DrawKind
  /** Columns it reads. */
  readonly reads: readonly string[]
  /** Places values are rounded to; null: none. */
  readonly decimalPlaces: number | null
  draw(context: DrawContext): Json | Promise<Json>
  /** Look for what it draws from, before anything is spent. Throws where that is not to be had. */
  ready?(persons: Persons): Promise<void>
  /** The parameters in Data Designer's schema, every default written. */
  toJSON(): JsonObject
}

/** A kind of sampler as the registry knows it. */
export interface SamplerType<Name extends string = string> {
  /** Value of `sampler_type` in configs. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** How statistics tell what it draws: how often each value comes, by the moments of numbers, or not at all. */
  readonly spread: 'categorical' | 'numerical' | 'other'
  /** Keys of its parameters. */
  readonly fields: Fields
  /** Read parameters. Throws with what is wrong with them. */
  read(params: JsonObject, where: string): SamplerParams
  /** How its parameters look, for the docs and for the tests every sampler is held to. */
  readonly example: {
    /** Parameters that are enough. */
    needs: JsonObject
    /** What they can say besides, or otherwise. */
    more: JsonObject
    /** Parameters that are refused, each with words of the sentence that says why. */
    wrong: readonly (readonly [params: JsonObject, words: string])[]
    /** A row with the columns it reads. Default: it reads none. */
    row?: Row
  }
}

/** Define a kind of sampler, which refuses parameters that are none of its `fields`; keeps its name as a literal type. */
export function defineSampler<const Name extends string>(type: SamplerType<Name>): SamplerType<Name> {
  // The type may be repeated among the parameters.
  const fields: Fields = { ...type.fields, sampler_type: ['text', 'that of the column', 'the type once more'] }
  return {
    ...type,
    read(params, where) {
      refuseUnknownKeys(params, fields, where)
      return type.read(params, where)
    },
  }
}
