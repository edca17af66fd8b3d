import { expect, it } from 'vitest'
import type { ModelReply } from '../model/model.ts'
import { openTracing } from './tracing.ts'

/** A module with the part of OpenTelemetry's API that is used; it writes down what ends. */
const RECORDER = `data:text/javascript,${encodeURIComponent(`
export const spans = []
export const trace = { getTracer: () => ({ startActiveSpan: (name, { attributes }, action) => {
  const span = { name, ...attributes }
  return action({
    setAttributes: more => Object.assign(span, more),
    recordException: error => { span.exception = error.message },
    setStatus: status => { span.status = status.code },
    end: () => spans.push(span),
  })
} }) }`)}`

const REPLY: ModelReply = {
  text: 'x',
  reasoning: null,
  tool_calls: [],
  usage: { input: 10, cached_input: null, output: 5, reasoning: null },
  finish_reason: 'stop',
  model: 'm-1',
  id: null,
  attempts: 1,
}

it('openTracing() makes spans of runs, cells and calls, and marks what failed', async () => {
  const { spans } = (await import(RECORDER)) as { spans: object[] }
  const tracing = await openTracing(RECORDER)
  const model = tracing.call({ generate: async () => REPLY }, 'writer')
  const request = { messages: [], parameters: {} }
  await tracing.run('set', () => tracing.aroundCell!({ column: 'a', row: '3' }, () => model.generate(request)))
  const broken = tracing.aroundCell!({ column: 'b', row: '4' }, async () => {
    throw new Error('no')
  })
  await expect(broken).rejects.toThrow('no')
  expect(spans).toEqual([
    {
      name: 'chat writer',
      'gen_ai.operation.name': 'chat',
      'tracewright.model_alias': 'writer',
      'gen_ai.response.model': 'm-1',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
    },
    { name: 'cell a', 'tracewright.column': 'a', 'tracewright.row': '3' },
    { name: 'create', 'tracewright.dataset': 'set' },
    { name: 'cell b', 'tracewright.column': 'b', 'tracewright.row': '4', exception: 'no', status: 2 },
  ])
})

it('openTracing() does nothing where OpenTelemetry is not installed', async () => {
  const tracing = await openTracing('a-package-that-is-not-there')
  expect(tracing.aroundCell).toBe(null)
  expect(await tracing.run('set', async () => 1)).toBe(1)
})
