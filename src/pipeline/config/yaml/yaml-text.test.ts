import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import type { Json } from '../../../json/json.ts'
import { Float } from '../../../json/number.ts'
import { yamlOptions } from './yaml-schema.ts'
import { yamlText } from './yaml-text.ts'

// Written by PyYAML 6.0.3, yaml.dump(value).
const cases = JSON.parse(readFileSync(new URL('cases/pyyaml.json', import.meta.url), 'utf8')) as { value: Json; yaml: string }[]
const bare = (yaml: string) => yaml.replace(/\.\.\.\n$/, '')

it.each(cases)('yamlText() writes $value as PyYAML does', ({ value, yaml }) => {
  expect(yamlText(value)).toBe(bare(yaml))
})

it.each(cases)('what PyYAML wrote for $value is read again as that', ({ value, yaml }) => {
  const read: unknown = parseDocument(yaml, yamlOptions).toJS()
  expect(read instanceof Float ? read.value : read).toEqual(value)
})

it.each([[{ '': 1, 'a\nb': 2, [`${'long '.repeat(40)}key`]: 3 }], [{ 'a: b': '', '- ': null }]])(
  'yamlText() writes odd keys so that they are read again',
  value => {
    expect(parseDocument(yamlText(value), yamlOptions).toJS()).toEqual(value)
  },
)
