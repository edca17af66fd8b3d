import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { Called } from '../../model/ask/observer.ts'
import type { Model, ModelReply } from '../../model/model.ts'
import { ModelError } from '../../model/model-error.ts'
import { openTracing, type Tracing } from './tracing.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

beforeEach(() => exporter.reset())
afterAll(async () => {
  await provider.shutdown()
  trace.disable()
  context.disable()
})

const ASKED = { alias: 'writer', model: 'm', provider: 'lab' }
const REQUEST = { messages: [], parameters: { temperature: 0.5, top_p: 0.9, max_tokens: 20 } }
const REPLY: ModelReply = {
  text: 'x',
  reasoning: null,
  tool_calls: [],
  usage: { input: 10, cached_input: 4, output: 5, reasoning: null },
  finish_reason: 'stop',
  model: 'm-1',
  id: 'r-1',
  attempts: 1,
}

/** A model that answers a little later, so that calls overlap. */
function answering(reply: ModelReply | Error): Model {
  return {
    async generate() {
      await new Promise(resolve => setTimeout(resolve, 2))
      if (reply instanceof Error) throw reply
      return reply
    },
  }
}

/** The model, as it is observed. */
function called({ observer }: Tracing, model: Model, asked: Called): Model {
  return { generate: request => observer.call!(asked, request, () => model.generate(request)) }
}

function ended(name: string) {
  const span = exporter.getFinishedSpans().find(each => each.name === name)
  if (span === undefined) throw new Error(`No span '${name}' ended`)
  return span
}

it('openTracing() nests calls in their cells and cells in their run, also where cells overlap', async () => {
  const tracing = await openTracing()
  const cell = (column: string) => {
    const model = called(tracing, answering(REPLY), { ...ASKED, model: `m-of-${column}` })
    return tracing.aroundCell!({ column, row: '3' }, () => model.generate(REQUEST))
  }
  await tracing.run('set', () => Promise.all([cell('a'), cell('b')]))
  const run = ended('create')
  expect(run.parentSpanContext).toBe(undefined)
  expect(run.attributes).toEqual({ 'tracewright.dataset': 'set' })
  for (const column of ['a', 'b']) {
    const span = ended(`cell ${column}`)
    expect(span.parentSpanContext?.spanId).toBe(run.spanContext().spanId)
    expect(span.attributes).toEqual({ 'tracewright.column': column, 'tracewright.row': '3' })
    expect(ended(`chat m-of-${column}`).parentSpanContext?.spanId).toBe(span.spanContext().spanId)
  }
  expect(new Set(exporter.getFinishedSpans().map(span => span.spanContext().traceId)).size).toBe(1)
})

it('openTracing() describes calls by the conventions for generative AI', async () => {
  const tracing = await openTracing()
  await called(tracing, answering(REPLY), ASKED).generate(REQUEST)
  expect(ended('chat m').kind).toBe(SpanKind.CLIENT)
  expect(ended('chat m').attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'lab',
    'gen_ai.request.model': 'm',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.top_p': 0.9,
    'gen_ai.request.max_tokens': 20,
    'gen_ai.output.type': 'text',
    'gen_ai.response.model': 'm-1',
    'gen_ai.response.id': 'r-1',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 4,
    'gen_ai.usage.output_tokens': 5,
    'tracewright.model_alias': 'writer',
  })
})

it('openTracing() leaves out what is not known, and says that JSON was asked for', async () => {
  const tracing = await openTracing()
  const usage = { input: null, cached_input: null, output: null, reasoning: null }
  const model = called(tracing, answering({ ...REPLY, id: null, finish_reason: null, usage }), ASKED)
  await model.generate({ messages: [], schema: { name: 's', schema: {} }, parameters: {} })
  expect(ended('chat m').attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'lab',
    'gen_ai.request.model': 'm',
    'gen_ai.output.type': 'json',
    'gen_ai.response.model': 'm-1',
    'tracewright.model_alias': 'writer',
  })
})

it('openTracing() records what failed in the call and in its cell, and passes it on', async () => {
  const tracing = await openTracing()
  const model = called(tracing, answering(new ModelError('No more today', { failure: 'rate_limit', status: 429 })), ASKED)
  await expect(tracing.aroundCell!({ column: 'a', row: '1' }, () => model.generate(REQUEST))).rejects.toThrow('No more today')
  for (const name of ['chat m', 'cell a']) {
    const span = ended(name)
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'No more today' })
    expect(span.attributes['error.type']).toBe('rate_limit')
    expect(span.events.map(event => [event.name, event.attributes?.['exception.message']])).toEqual([['exception', 'No more today']])
  }
})

it('openTracing() does nothing where OpenTelemetry is not installed', async () => {
  const tracing = await openTracing('a-package-that-is-not-there')
  expect(tracing.aroundCell).toBe(null)
  expect(await tracing.run('set', async () => 1)).toBe(1)
})
