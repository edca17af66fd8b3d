import { writeJson } from '../json/exact.ts'
import { refuseCancelled } from './cancel.ts'
import { lastData, passagesOf, sentenceOf } from './extract.ts'
import { fillSchema } from './fill-schema.ts'
import { textOf } from './messages.ts'
import type { Model, ModelRequest } from './model.ts'
import { defineProvider } from './provider.ts'

/** The name the stand-in goes by, in configs and in replies. */
export const STAND_IN = 'stand-in'

/** No model: extracts text instead of generating it, and fills a schema validly. Equal requests get equal replies. */
export const standIn = defineProvider({
  name: STAND_IN,
  title: 'Built in; extracts text instead of generating it, for trying a pipeline without a model',
  remote: false,
  nativeSchema: true,
  connect: () => model,
  example: 'itself',
})

const model: Model = {
  async generate(request, { signal } = {}) {
    refuseCancelled(signal)
    const prompt = promptOf(request)
    const passages = passagesOf(prompt)
    const value = request.schema === undefined ? undefined : fillSchema(request.schema.schema, passages, lastData(prompt))
    const text = value === undefined ? sentenceOf(prompt, passages) : writeJson(value)
    return {
      text,
      reasoning: null,
      ...(value === undefined ? {} : { value }),
      tool_calls: [],
      usage: {
        input: tokens(request.messages.map(({ content }) => textOf(content)).join('\n')),
        cached_input: 0,
        output: tokens(text),
        reasoning: 0,
        estimated: true,
      },
      finish_reason: 'stop',
      model: STAND_IN,
      id: null,
      attempts: 1,
    }
  },
}

function promptOf({ messages }: ModelRequest): string {
  return textOf(messages.findLast(({ role }) => role === 'user')?.content ?? '')
}

/** Four characters a token, roughly. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}
