import { type Fields, refuseUnknownOptions } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { type Conversation, type ConverseOptions, keepTrace } from '../model/converse.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import type { Row } from '../row.ts'
import { AskingColumn } from './asking-column.ts'
import type { CommonColumnOptions, Generator, TemplateMode } from './column.ts'
import { MEDIA_FIELDS } from './media.ts'
import { drawOf, PROMPT_FIELDS, type Prompt, type PromptOptions, promptJSON, promptRenderer, promptSideEffects } from './prompt.ts'

/** What all columns that ask a model share: a prompt is rendered, a model asked, the answer put into the row. A kind of column says how to ask. */
export abstract class PromptedColumn extends AskingColumn {
  constructor(options: CommonColumnOptions & PromptOptions, fields: Fields = PROMPT_FIELDS) {
    super(options, fields)
    for (const context of options.multiModalContext ?? [])
      refuseUnknownOptions(context, MEDIA_FIELDS[context.modality ?? 'image'], `column '${options.name}', multiModalContext`)
  }

  override get sideEffectColumns(): readonly string[] {
    return promptSideEffects(this.name, this.prompt)
  }

  override open(mode: TemplateMode): Generator {
    const messagesOf = promptRenderer(this.name, this.prompt, mode)
    return {
      kind: 'row',
      generate: async (row, context) => {
        const { model, parameters, structuredOutput } = context.model(this.prompt.modelAlias)
        const request = {
          messages: messagesOf(row, context.random, context.pictures),
          parameters: parameters(context.random),
          ...drawOf(this.prompt, context.rowKey),
        }
        const { toolAlias } = this.prompt
        const tools = toolAlias === null ? {} : { tools: context.tools(toolAlias) }
        const answer = await this.ask(model, request, {
          ...context.conversation,
          ...tools,
          signal: context.signal,
          structuredOutput,
          compat: mode.compat ?? null,
        })
        return [{ ...row, ...promptedCells(this.name, this.prompt, answer) }]
      },
    }
  }

  /** What the type says in a config besides the common settings. */
  protected override ownJSON(): JsonObject {
    return { ...promptJSON(this.prompt), ...this.shapeJSON() }
  }

  /** Put the question and read the answer; throws where no answer can be used. */
  protected abstract ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>>

  /** What a config says besides the prompt: the shape of the answer. */
  protected shapeJSON(): JsonObject {
    return {}
  }
}

/** What a model answered, put into the columns a prompted cell makes: its own, the trace, the reasoning. */
function promptedCells(name: string, prompt: Prompt, { value, trace, reasoning }: Conversation<Json>): Row {
  const cells: Row = { [name]: value }
  const kept = keepTrace(prompt.withTrace, trace)
  if (kept !== null) cells[`${name}__trace`] = kept as unknown as Json
  if (prompt.extractReasoningContent) cells[`${name}__reasoning_content`] = reasoning?.trim() || null
  return cells
}
