import { TracewrightError } from '../errors.ts'
import { type Fields, objectAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, stringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import { inOrderOf, keyedEntries } from '../json/key-order.ts'

/** Keys of a score. */
export const SCORE_FIELDS: Fields = {
  name: ['text', '', "name of the score, a key of the judge's answer"],
  description: ['text', 'empty', 'what is looked at'],
  options: ['object', '', 'each value the judge may give, and what it means; whole numbers are numbers in the answer'],
}

/** One thing a judge looks at, and the values it may give. */
export class Score {
  /** Name of the score; the judge's answer has a key of this name. */
  readonly name: string
  /** What is looked at. */
  readonly description: string
  /** What each value means. A value that is a whole number is a number in the answer: `4`, never `'4'`. */
  readonly options: { readonly [value: string]: string }
  /** Whether a config said it, whose keys are all text to Data Designer. */
  readonly isRead: boolean = false
  /** The same in the order in which they were written; a key is a number only where it was written as one. */
  readonly rubric: readonly (readonly [value: string | number, meaning: string])[]

  /** `options`: an object, or a `Map` or a list of pairs where numbers are to keep an order that is not theirs. */
  constructor(
    options: Pick<Score, 'name'> &
      Partial<Pick<Score, 'description'>> & {
        /** Values that can be given, each with what it means. */
        options: ScoreOptions
      },
  ) {
    refuseUnknownOptions(options, ['name', 'description', 'options'], 'a score')
    const { name, description = '' } = options
    if (typeof name !== 'string' || name.trim() === '')
      throw new TracewrightError('config', `Cannot make a score: found name ${writeJson(name)}, expected text`)
    const where = `score '${name}'`
    const entries = pairsOf(options.options ?? {})
    if (entries.length === 0) refuse('options: found none, expected at least one value and what it means', where)
    for (const [value, meaning] of entries) {
      if (typeof meaning === 'string') continue
      refuse(`options.${value}: found ${writeJson(meaning)}, expected text`, where)
    }
    this.name = name
    this.description = description
    this.rubric = entries
    this.options = inOrderOf(
      Object.fromEntries(entries),
      entries.map(([value]) => value),
    )
  }

  /** The values a judge may give. */
  get values(): (number | string)[] {
    return this.rubric.map(([key]) => (isWholeNumber(String(key)) ? Number(key) : key))
  }

  /** The score as configs hold it. */
  toJSON(): JsonObject {
    return { name: this.name, description: this.description, options: this.options }
  }

  /** Read a score of a config. */
  static fromJSON(config: JsonObject, where: string): Score {
    const name = requiredStringAt(config, 'name', where)
    refuseUnknownKeys(config, SCORE_FIELDS, `${where}, score '${name}'`)
    const score = new Score({
      name,
      description: stringAt(config, 'description', where) ?? '',
      options: (objectAt(config, 'options', where) ?? {}) as { [value: string]: string },
    })
    return Object.assign(score, { isRead: true })
  }
}

/** What each value means. */
export type ScoreOptions =
  | { readonly [value: string | number]: string }
  | ReadonlyMap<string | number, string>
  | readonly (readonly [value: string | number, meaning: string])[]

function pairsOf(options: ScoreOptions): (readonly [string | number, string])[] {
  return Array.isArray(options)
    ? [...options]
    : options instanceof Map
      ? [...options]
      : (keyedEntries(options) as [string | number, string][])
}

/** As JavaScript writes it: '04' and '1e3' are text. Config files cannot say otherwise, their keys are text. */
function isWholeNumber(key: string): boolean {
  return Number.isSafeInteger(Number(key)) && String(Number(key)) === key
}
