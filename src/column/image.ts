import { type Fields, listAt, requiredStringAt } from '../fields.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { setOwn } from '../json/own.ts'
import type { ModelReply } from '../model/model.ts'
import { ModelError } from '../model/model-error.ts'
import { REPLY_HINTS, replyProblem } from '../model/reply-problem.ts'
import type { Row } from '../row.ts'
import { AskingColumn } from './asking-column.ts'
import { type CommonColumnOptions, defineColumn, type Generator, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { type MediaContext, mediaFromJSON, mediaJSON } from './media.ts'
import { drawOf, PROMPT_FIELDS, promptRenderer } from './prompt.ts'

/** Pictures that a model draws: a list of paths of files beside the rows, or, in a preview, of base64. */
export class ImageColumnConfig extends AskingColumn {
  override readonly columnType = 'image'

  constructor(
    options: CommonColumnOptions & {
      /** Template of what is to be drawn. */
      prompt: string
      /** Alias of the model that draws. */
      modelAlias: string
      /** Pictures and other media that are put before the model, e.g. to be changed. Models that only draw are not shown them. */
      multiModalContext?: MediaContext[] | null
    },
  ) {
    super(options, FIELDS)
  }

  override open(mode: TemplateMode): Generator {
    const messagesOf = promptRenderer(this.name, this.prompt, mode)
    return {
      kind: 'row',
      generate: async (row, { model: modelOf, random, rowKey, signal, pictures }) => {
        const { model, parameters } = modelOf(this.prompt.modelAlias)
        const messages = messagesOf(row, random, pictures)
        refuseEmpty(messages.at(-1)!.content)
        // Whatever else an alias sends is said of words.
        const { timeout, extra_body } = parameters(random)
        const sent = { ...(timeout === undefined ? {} : { timeout }), ...(extra_body === undefined ? {} : { extra_body }) }
        const question = {
          messages,
          draws: true as const,
          parameters: sent,
          ...drawOf(this.prompt, rowKey),
          isVerbatim: mode.compat != null,
        }
        const drawn = picturesOf(await model.generate(question, { signal }))
        const made: Row = { ...row }
        setOwn(made, this.name, pictures === undefined ? drawn : drawn.map(base64 => pictures.keep(this.name, base64)))
        return [made]
      },
    }
  }

  protected override ownJSON(): JsonObject {
    const { prompt, modelAlias, multiModalContext } = this.prompt
    return { prompt, model_alias: modelAlias, multi_modal_context: multiModalContext?.map(mediaJSON) ?? null }
  }
}

/** There is nothing to draw where nothing was asked. */
function refuseEmpty(content: string | JsonObject[]): void {
  const text = typeof content === 'string' ? content : String(content.at(-1)?.['text'] ?? '')
  if (text.trim() !== '') return
  throw new ModelError('Cannot ask a model to draw: found a prompt without a word, expected what is to be drawn', {
    failure: 'empty_prompt',
    hint: 'Look at the columns the prompt reads: they are empty in this row',
  })
}

/** The pictures of a reply, as base64; throws where it has none. */
function picturesOf(reply: ModelReply): string[] {
  if (reply.lost !== undefined)
    throw new ModelError(`Cannot use the reply: ${reply.lost}`, {
      failure: 'invalid_response',
      hint: "Ask the server for pictures as data, e.g. extra_body: { response_format: 'b64_json' }",
    })
  const none = replyProblem(reply)
  if (none !== null)
    throw new ModelError(`Cannot use the reply: found no picture, expected one or more. ${none.message.replace(/\.$/, '')}`, {
      failure: none.failure,
      hint: REPLY_HINTS[none.failure] ?? 'Name a model that draws, or change the prompt',
    })
  return readJsonOr(reply.text) as string[]
}

const FIELDS: Fields = {
  prompt: ['template', '', 'what is to be drawn'],
  model_alias: PROMPT_FIELDS['model_alias']!,
  multi_modal_context: ['list', 'null', 'columns whose pictures are put before the model, e.g. to be changed'],
}

export const image = defineColumn({
  name: 'image',
  description: 'Pictures a model draws, as files beside the rows',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const context = listAt(config, 'multi_modal_context', where)?.filter(isObject)
    return new ImageColumnConfig({
      ...common,
      prompt: requiredStringAt(config, 'prompt', where),
      modelAlias: requiredStringAt(config, 'model_alias', where),
      multiModalContext: context?.map(item => mediaFromJSON(item, where)) ?? null,
    })
  },
  example: {
    name: 'drawing',
    needs: { prompt: 'A kite over {{ place }}', model_alias: 'writer' },
    more: { multi_modal_context: [{ modality: 'image', column_name: 'picture', data_type: 'url', image_format: null }] },
    row: { place: 'the dunes', picture: 'https://pictures.example/kite.png', kept: [1, { a: null }] },
    reads: ['place', 'picture'],
    models: ['writer'],
  },
})
