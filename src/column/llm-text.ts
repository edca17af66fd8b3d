import type { Fields } from '../fields.ts'
import type { Json } from '../json/json.ts'
import { type Conversation, type ConverseOptions, generateText } from '../model/converse.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import { defineColumn } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { PROMPT_FIELDS, promptFromJSON } from './prompt.ts'
import { PromptedColumn } from './prompted-column.ts'
import { promptedExample } from './prompted-example.ts'

/** A cell of text that a model writes. */
export class LLMTextColumnConfig extends PromptedColumn {
  override readonly columnType = 'llm-text'

  protected override ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>> {
    return generateText(model, request, options)
  }
}

const FIELDS: Fields = PROMPT_FIELDS

export const llmText = defineColumn({
  name: 'llm-text',
  description: 'Text a model writes to a prompt',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    return new LLMTextColumnConfig({ ...common, ...promptFromJSON(config, `column '${common.name}'`) })
  },
  example: {
    ...promptedExample(
      'summary',
      {},
      { multi_modal_context: [{ modality: 'image', column_name: 'picture', data_type: 'url', image_format: null }] },
    ),
    reads: ['messages', 'project', 'picture'],
  },
})
