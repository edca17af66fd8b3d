import type { Problem, TemplateMode } from '../../column/column.ts'
import { referencesOf, templateProblems } from '../../column/template-problems.ts'
import { plainValue, templateRow } from '../../column/template-row.ts'
import { TracewrightError } from '../../errors.ts'
import { type Fields, objectAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../../fields.ts'
import { readJsonOr, writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { pythonJson } from '../../python/text.ts'
import type { Random } from '../../random.ts'
import type { Row } from '../../row.ts'
import { compileTemplate } from '../../template/template.ts'
import { defineProcessor, PROCESSOR_FIELDS, type Processor, type ProcessorConfig } from './processor.ts'

/** Makes a second dataset of another shape beside the first: one row of it for each row. */
export class SchemaTransformProcessorConfig implements ProcessorConfig {
  readonly processorType = 'schema_transform'
  readonly name: string
  /** The shape: a JSON object in which every text is a template over the row. */
  readonly template: JsonObject

  constructor(options: Pick<SchemaTransformProcessorConfig, 'name' | 'template'>) {
    refuseUnknownOptions(options, ['name', 'template'], `processor '${options.name}'`)
    this.name = options.name
    this.template = options.template
  }

  get requiredColumns(): readonly string[] {
    return referencesOf(...textsOf(this.template, 'template').map(({ text }) => text))
  }

  problems(_columns?: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
    return textsOf(this.template, 'template').flatMap(({ place, text }) =>
      templateProblems(null, `processor '${this.name}', ${place}`, text, profile),
    )
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return columns
  }

  open(mode: TemplateMode): Processor {
    if (mode.compat) return this.openAsDataDesigner(mode)
    const render = compileValue(this.template, `processor '${this.name}', template`, mode)
    return (row, random) => ({ row, artifact: render(templateRow(row, mode), random) as Row })
  }

  /** The shape is one text of JSON with templates in it, and what is rendered is read again. */
  private openAsDataDesigner(mode: TemplateMode): Processor {
    const name = `processor '${this.name}', template`
    const template = compileTemplate(pythonJson(this.template), { profile: mode.profile, name })
    return (row, random) => {
      const text = template.render(templateRow(row, mode), { values: mode.values, random, insideJson: true })
      const artifact = readJsonOr(text)
      if (isObject(artifact)) return { row, artifact }
      throw new TracewrightError('column', `Cannot read what the template makes: found ${writeJson(text.slice(0, 80))}, expected JSON`, {
        where: name,
      })
    }
  }

  toJSON(): JsonObject {
    return { name: this.name, template: this.template, processor_type: this.processorType }
  }
}

type Render = (row: Readonly<Record<string, unknown>>, random: Random) => Json

/** A text that is one expression gives the value itself: a list stays a list. */
function compileValue(value: Json, place: string, mode: TemplateMode): Render {
  if (typeof value === 'string') {
    const template = compileTemplate(value, { profile: mode.profile, name: place })
    return (row, random) => plainValue(template.evaluate(row, { values: mode.values, random }))
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileValue(item, `${place}[${i}]`, mode))
    return (row, random) => items.map(render => render(row, random))
  }
  if (!isObject(value)) return () => value
  const entries = Object.entries(value).map(([key, item]) => [key, compileValue(item, `${place}.${key}`, mode)] as const)
  return (row, random) => Object.fromEntries(entries.map(([key, render]) => [key, render(row, random)]))
}

function textsOf(value: Json, place: string): { place: string; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }]
  if (Array.isArray(value)) return value.flatMap((item, i) => textsOf(item, `${place}[${i}]`))
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => textsOf(item, `${place}.${key}`)) : []
}

const FIELDS: Fields = {
  ...PROCESSOR_FIELDS,
  template: ['object', '', 'what each row of the second dataset is, with templates in its texts'],
}

export const schemaTransform = defineProcessor({
  name: 'schema_transform',
  description: 'Makes a second dataset of another shape, one row for each row',
  fields: FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = `processor '${name}'`
    refuseUnknownKeys(config, FIELDS, where)
    const template = objectAt(config, 'template', where)
    if ((config['template'] ?? null) === null) refuse('template: found nothing, expected an object', where)
    return new SchemaTransformProcessorConfig({ name, template: template ?? {} })
  },
  example: {
    needs: { template: { said: '{{ text }}', more: [{ n: '{{ number }}', fixed: 5 }] } },
    row: { text: 'say "it"', number: 3 },
  },
})
