import { TracewrightError } from '../errors.ts'
import { objectAt, refuseUnknownKeys, requiredStringAt, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'

/** One thing a judge looks at, and the values it may give. */
export class Score {
  /** Name of the score; the judge's answer has a key of this name. */
  readonly name: string
  /** What is looked at. */
  readonly description: string
  /** What each value means. A value that is a whole number is a number in the answer: `4`, never `'4'`. */
  readonly options: { readonly [value: string]: string }

  constructor(options: { name: string; description?: string; options: { [value: string | number]: string } }) {
    const { name, description = '' } = options
    if (typeof name !== 'string' || name.trim() === '')
      throw new TracewrightError('config', `Cannot make a score: found name ${JSON.stringify(name)}, expected text`)
    const where = `score '${name}'`
    const entries = Object.entries(options.options ?? {})
    if (entries.length === 0)
      throw new TracewrightError('config', 'options: found none, expected at least one value and what it means', { where })
    for (const [value, meaning] of entries) {
      if (typeof meaning === 'string') continue
      throw new TracewrightError('config', `options.${value}: found ${JSON.stringify(meaning)}, expected text`, { where })
    }
    this.name = name
    this.description = description
    this.options = Object.fromEntries(entries)
  }

  /** The values a judge may give. */
  get values(): (number | string)[] {
    return Object.keys(this.options).map(key => (isWholeNumber(key) ? Number(key) : key))
  }

  /** The score as configs hold it. */
  toJSON(): JsonObject {
    return { name: this.name, description: this.description, options: { ...this.options } }
  }

  /** Read a score of a config. */
  static fromJSON(config: JsonObject, where: string): Score {
    const name = requiredStringAt(config, 'name', where)
    refuseUnknownKeys(config, ['name', 'description', 'options'], `${where}, score '${name}'`)
    return new Score({
      name,
      description: stringAt(config, 'description', where) ?? '',
      options: (objectAt(config, 'options', where) ?? {}) as { [value: string]: string },
    })
  }
}

/** As JavaScript writes it: '04' and '1e3' are text. Config files cannot say otherwise, their keys are text. */
function isWholeNumber(key: string): boolean {
  return Number.isSafeInteger(Number(key)) && String(Number(key)) === key
}
