import { expect, it } from 'vitest'
import { type Span, spanOf } from './entry.ts'
import { chainsOf } from './lineage.ts'

const span = (spanId: string, parentSpanId: string | null, operation: string): Span =>
  spanOf(
    { traceId: 't', spanId, parentSpanId, name: operation, attributes: { 'gen_ai.operation.name': operation } },
    { index: 0, file: 'traces.jsonl', line: 1, offset: 0 },
    {},
  )!
const parents = (spans: readonly Span[]) => chainsOf(spans).map(({ id, parent }) => [id, parent?.id ?? null])

it('an agent that asked no model is nobody’s parent', () => {
  const below = [span('b', 'a', 'invoke_agent'), span('c', 'b', 'chat')]
  expect(parents([span('a', null, 'invoke_agent'), ...below])).toEqual([['t#b', null]])
  expect(parents([span('a', null, 'invoke_agent'), span('d', 'a', 'chat'), ...below])).toEqual([
    ['t', null],
    ['t#b', 't'],
  ])
})

it('spans whose parents go in a circle, or are not there, give conversations all the same', () => {
  expect(parents([span('a', 'b', 'invoke_agent'), span('b', 'a', 'invoke_agent'), span('c', 'a', 'chat')])).toEqual([['t#a', null]])
  expect(parents([span('c', 'gone', 'chat')])).toEqual([['t', null]])
})
