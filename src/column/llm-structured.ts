import { type Fields, objectAt, refuse } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { type Conversation, type ConverseOptions, generateStructured } from '../model/converse.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import { type CommonColumnOptions, defineColumn } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { jsonSchemaOf, type OutputFormat } from './output-format.ts'
import { PROMPT_FIELDS, type PromptOptions, promptFromJSON } from './prompt.ts'
import { PromptedColumn } from './prompted-column.ts'
import { promptedExample } from './prompted-example.ts'

/** A cell a model fills in the shape of a schema. */
export class LLMStructuredColumnConfig extends PromptedColumn {
  override readonly columnType = 'llm-structured'
  /** JSON Schema of the value. */
  readonly outputFormat: JsonObject

  constructor(
    options: CommonColumnOptions &
      PromptOptions & {
        /** Schema of the value: JSON Schema, or one of zod and its like. */
        outputFormat: OutputFormat
      },
  ) {
    super(options, FIELDS)
    this.outputFormat = jsonSchemaOf(options.outputFormat, `column '${this.name}'`)
  }

  protected override ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>> {
    return generateStructured(model, request, this.outputFormat, options)
  }

  protected override shapeJSON(): JsonObject {
    return { output_format: this.outputFormat }
  }
}

const FIELDS: Fields = { ...PROMPT_FIELDS, output_format: ['JSON Schema', '', 'shape of the value'] }

export const llmStructured = defineColumn({
  name: 'llm-structured',
  description: 'A value a model writes in the shape of a JSON Schema',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const outputFormat = objectAt(config, 'output_format', where)
    if ((config['output_format'] ?? null) === null) refuse('output_format: found nothing, expected a JSON Schema', where)
    return new LLMStructuredColumnConfig({ ...common, ...promptFromJSON(config, where), outputFormat: outputFormat ?? {} })
  },
  example: promptedExample('verdict', {
    output_format: { type: 'object', properties: { solved: { type: 'boolean' } }, required: ['solved'] },
  }),
})
