import { type FormatExample, jsonLines } from '../../format.ts'

/** A conversation, as a file exporter leaves it: a line of OTLP for each call of the model. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const time = (n: number) => String(BigInt(Date.UTC(2026, 2, 1, 10) + n * 1000) * 1_000_000n)
  const text = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] })
  const value = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const lines = answers.map((answer, i) => {
    const before = answers.slice(0, i).flatMap(given => [text('user', 'Mend the kite'), text('assistant', given)])
    const span = {
      traceId: '01a00000000040008000000000000001',
      spanId: `01a000000000000${i.toString(16)}`,
      name: 'chat maple-2',
      startTimeUnixNano: time(2 * i),
      endTimeUnixNano: time(2 * i + 1),
      attributes: [
        value('gen_ai.operation.name', 'chat'),
        value('gen_ai.conversation.id', id),
        value('gen_ai.request.model', 'maple-2'),
        value('gen_ai.input.messages', JSON.stringify([...before, text('user', 'Mend the kite')])),
        value('gen_ai.output.messages', JSON.stringify([{ ...text('assistant', answer), finish_reason: 'stop' }])),
      ],
    }
    return { resourceSpans: [{ resource: { attributes: [value('service.name', 'kites')] }, scopeSpans: [{ scope: {}, spans: [span] }] }] }
  })
  return { 'traces.jsonl': jsonLines(lines) }
}
