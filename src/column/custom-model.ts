import type { Json } from '../json/json.ts'
import { generateStructured, generateText } from '../model/converse.ts'
import type { ChatMessage } from '../model/model.ts'
import type { Random } from '../random.ts'
import type { AliasedModel } from './column.ts'
import { jsonSchemaOf, type OutputFormat } from './output-format.ts'

/** What a custom column asks a model. */
export type CustomRequest = {
  /** The question. */
  prompt: string
  /** The instructions. Default: none. */
  systemPrompt?: string | null
  /** Shape of the value. Default: text. */
  outputFormat?: OutputFormat
}

/** What a model answered a custom column. */
export type CustomReply = {
  /** The text, or the value in its shape. */
  value: Json
  /** The conversation, corrections included. */
  trace: ChatMessage[]
  /** What it thought; null: it does not say. */
  reasoning: string | null
}

/** A model as a generator function sees it. */
export type CustomModel = {
  /** Ask; retries, limits and the tally of tokens are those of the run. */
  generate(request: CustomRequest): Promise<CustomReply>
}

/** A model for a generator function; `rowKey` tells equal questions of different rows apart. */
export function customModel({ model, parameters }: AliasedModel, random: Random, signal: AbortSignal, rowKey: string): CustomModel {
  return {
    async generate({ prompt, systemPrompt = null, outputFormat }) {
      const messages: ChatMessage[] = [
        ...(systemPrompt ? [{ role: 'system' as const, content: systemPrompt }] : []),
        { role: 'user', content: prompt },
      ]
      const request = { messages, parameters: parameters(random), draw: rowKey }
      const { value, trace, reasoning } =
        outputFormat === undefined
          ? await generateText(model, request, { signal })
          : await generateStructured(model, request, jsonSchemaOf(outputFormat, 'a custom column'), { signal })
      return { value, trace, reasoning }
    },
  }
}
