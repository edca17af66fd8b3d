import { hash } from 'node:crypto'
import { writeJson } from '../json/exact.ts'
import { refuseCancelled } from './cancel.ts'
import { embeddingReply } from './embeddings.ts'
import { fillSchema } from './fill-schema.ts'
import { textOf } from './messages.ts'
import type { Model, ModelReply, ModelRequest } from './model.ts'
import { plainSquare } from './plain-square.ts'
import { lastData, passagesOf, sentenceOf } from './prompt-passages.ts'
import { defineProvider } from './provider.ts'

/** The name the stand-in goes by, in configs and in replies. */
export const STAND_IN = 'stand-in'

/** No model: extracts text instead of generating it, and fills a schema validly. Equal requests get equal replies. */
export const standIn = defineProvider({
  name: STAND_IN,
  title: 'Built in; extracts text instead of generating it, for trying a pipeline without a model',
  remote: false,
  nativeSchema: true,
  embeds: true,
  draws: true,
  connect: () => model,
  example: 'itself',
})

const model: Model = {
  async generate(request, { signal } = {}) {
    refuseCancelled(signal)
    if (request.embeds)
      return embeddingReply(
        request.messages.map(({ content }) => vectorOf(textOf(content))),
        STAND_IN,
        null,
      )
    const prompt = promptOf(request)
    if (request.draws) return drawn(prompt)
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

/** How often words fall into each of 16 drawers, as a vector of length 1: texts of like words have like vectors. */
function vectorOf(text: string): number[] {
  const drawers = new Array<number>(16).fill(0)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) drawers[hash('sha1', word, 'buffer')[0]! % 16]!++
  const length = Math.hypot(...drawers)
  return drawers.map(count => count / length)
}

/** One picture: a plain square in a colour of the prompt. */
function drawn(prompt: string): ModelReply {
  const text = writeJson([plainSquare(hash('sha1', prompt, 'buffer')).toString('base64')])
  const usage = { input: tokens(prompt), cached_input: 0, output: 0, reasoning: 0, images: 1, estimated: true as const }
  return { text, reasoning: null, tool_calls: [], usage, finish_reason: 'stop', model: STAND_IN, id: null, attempts: 1 }
}

/** Four characters a token, roughly. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}
