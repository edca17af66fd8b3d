import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml'
import { numberOf } from '../../../json/number.ts'

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/

function booleanTag(value: boolean, test: RegExp): ScalarTag {
  return {
    identify: found => found === value,
    default: true,
    tag: 'tag:yaml.org,2002:bool',
    test,
    resolve: () => value,
    stringify: () => String(value),
  }
}

/** `1e3` without a point is text, as are dates, which JSON does not have. */
const FLOAT_WITH_EXPONENT: ScalarTag = {
  identify: value => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  format: 'EXP',
  test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)[eE][-+][0-9]+$/,
  resolve: text => numberOf(text.replaceAll('_', '')),
  stringify: ({ value }) => String(value),
}

/** A float keeps that it was one, and an integer its digits, however many. */
const FLOAT: ScalarTag = {
  ...FLOAT_WITH_EXPONENT,
  format: 'POINT',
  test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/,
}

const INTEGER: ScalarTag = {
  ...FLOAT_WITH_EXPONENT,
  tag: 'tag:yaml.org,2002:int',
  format: 'DECIMAL',
  test: /^[-+]?(?:0|[1-9][0-9_]*)$/,
}

function isReplaced(tag: { tag: string; format?: string; test?: RegExp }): boolean {
  const name = tag.tag.replace('tag:yaml.org,2002:', '')
  if (name === 'bool' || name === 'timestamp') return true
  return (name === 'float' && !/inf/i.test(String(tag.test))) || (name === 'int' && tag.format === undefined)
}

/**
 * YAML 1.1 as PyYAML reads it, which wrote the configs people have: `yes` and `off` are booleans, `<<` merges, but a bare `y` or `n`,
 * a date and `1e3` stay text, other than in the letter of YAML 1.1.
 */
export const yamlOptions: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  customTags: (tags: Tags) => [
    booleanTag(true, TRUE),
    booleanTag(false, FALSE),
    FLOAT_WITH_EXPONENT,
    FLOAT,
    INTEGER,
    ...tags.filter(tag => typeof tag === 'string' || !isReplaced(tag)),
  ],
}
