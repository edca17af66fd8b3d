import { attributeOf, unsafe } from '../methods/access.ts'
import { truth } from '../values/compare.ts'
import { writeJson } from '../values/json-text.ts'
import { isNothing, textArgument } from '../values/native.ts'
import { reprOf } from '../values/text.ts'
import { Markup, numeric, stringOf, typeName, Undefined } from '../values/values.ts'
import { weightOf } from '../values/weight.ts'
import type { Filter } from './filter.ts'

export const defaultFilter: Filter = {
  description: 'The value, or `default_value` where it is undefined; with `boolean` where it is false, too.',
  takes: ['default_value?', 'boolean?'],
  isConstant: true,
  apply: (_, value, missing, boolean) =>
    value instanceof Undefined || (truth(boolean) && !truth(value)) ? (missing === undefined ? '' : missing) : value,
}

export const attr: Filter = {
  description: 'An attribute of the value; never an item, which `value[name]` gives.',
  takes: ['name'],
  isConstant: true,
  apply: (run, value, name) => {
    const attribute = textArgument('name', name)
    run.spend(weightOf(attribute))
    if (attribute.startsWith('__')) return unsafe(value, attribute)
    const found = attributeOf(run, value, attribute)
    return found === undefined ? new Undefined(`'${typeName(value)} object' has no attribute '${attribute}'`) : found
  },
}

export const tojson: Filter = {
  description: 'The value as JSON with sorted keys, safe inside HTML; `indent` lays it out.',
  takes: ['indent?'],
  apply: (run, value, indent) => {
    const margin = isNothing(indent) ? null : (stringOf(indent) ?? ' '.repeat(Math.min(100, Math.max(0, Number(numeric(indent))))))
    const json = writeJson(run, value, { python: true, indent: margin })
    return new Markup(json.replace(/[<>&']/g, c => `\\u00${c.charCodeAt(0).toString(16)}`))
  },
}

export const pprint: Filter = {
  description: 'The value as it is shown inside a list, with text in quotes.',
  takes: [],
  apply: (run, value) => reprOf(run, value),
}
