import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import { parseLossless } from '../json/lossless.ts'
import { measure } from './measure.ts'
import { normalizeSource } from './syntax/lex.ts'
import { parse } from './syntax/parse.ts'
import { compileTemplate, decodeJsonStrings, TemplateError, type TemplateProfile } from './template.ts'

type Case = { name?: string; template: string; text?: string; error?: string }
type Context = Record<string, unknown>

function read<T>(name: string): T {
  return parseLossless(readFileSync(new URL(`./cases/${name}.json`, import.meta.url), 'utf8')) as T
}

/** What became of a template: its text, or the error it failed with. */
function outcome(template: string, context: Context, profile: TemplateProfile): { text: string } | { error: unknown } {
  try {
    return { text: compileTemplate(template, { profile }).render(context, { values: 'python' }) }
  } catch (error) {
    return { error }
  }
}

for (const name of ['jinja', 'topics', 'generated']) {
  const { context, cases } = read<{ context: Context; cases: Case[] }>(name)
  describe(`full profile, ${name}`, () => {
    it.each(cases.map(one => [one.name ?? one.template, one] as const))('renders %s as Python does', (_, { template, text }) => {
      const result = outcome(template, context, 'full')
      if (text !== undefined) expect(result).toEqual({ text })
      else expect(result).toEqual({ error: expect.any(TemplateError) })
    })
  })
}

type EngineCase = Case & { name: string; profile: TemplateProfile; references?: string[]; nodeCount?: number; depth?: number }
const engine = read<{ record: Json; decoded: Json; cases: EngineCase[] }>('data-designer')

describe('decodeJsonStrings()', () => {
  it('decodes the texts of a row that are JSON, once', () => {
    expect(decodeJsonStrings(engine.record)).toEqual(engine.decoded)
  })

  const floats: Record<string, number> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }
  const { cases } = read<{ cases: { input: Json; expected: Json }[] }>('decode-json-strings')
  it.each(cases)('decodes $input', ({ input, expected }) => {
    const float = typeof expected === 'object' && expected !== null && '$float' in expected ? floats[String(expected['$float'])] : expected
    expect(decodeJsonStrings(input)).toEqual(float)
  })
})

describe('strict and native profiles', () => {
  const context = decodeJsonStrings(engine.record) as Context

  it.each(engine.cases)('$profile: $name', ({ template, profile, text, error }) => {
    const result = outcome(template, context, profile)
    if (text !== undefined) expect(result).toEqual({ text })
    else expect(result).toEqual({ error: expect.objectContaining({ name: 'TemplateError', message: error }) })
  })

  it.each(engine.cases.filter(one => one.nodeCount !== undefined))('measures $profile: $name', ({ template, nodeCount, depth }) => {
    expect(measure(parse(normalizeSource(template)))).toEqual({ nodeCount, depth })
  })

  const readable = engine.cases.filter(one => one.profile === 'native' && one.references !== undefined && one.error === undefined)
  it.each(readable)('finds the references of $name', ({ template, references }) => {
    expect(compileTemplate(template, { profile: 'native' }).references.toSorted()).toEqual(references)
  })
})
