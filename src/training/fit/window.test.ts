import { expect, it } from 'vitest'
import { conversationOf } from '../conversation/conversation.ts'
import { sampleRow } from '../testing/sample-row.ts'
import { exampleOf } from '../view.ts'
import { windowsOf } from './window.ts'

const count = (text: string) => Math.ceil(text.length / 4)

it.each([120, 200, 400, 900, 1600, 5000])('windows of at most %d tokens keep calls with results and train each answer once', budget => {
  const read = conversationOf(sampleRow(), 1, { count, tools: 'inferred' })
  if ('reason' in read) throw new Error(read.reason)
  const measure = (messages: readonly { text: string; calls: readonly { arguments: string }[] }[]) =>
    messages.reduce((sum, { text, calls }) => sum + 8 + count(text) + calls.reduce((more, call) => more + count(call.arguments), 0), 0)
  for (const part of read.parts) {
    const windows = windowsOf(exampleOf({ ...read, tools: { status: 'none', schemas: [], sources: null } }, part), {
      budget,
      count,
      measure,
    })
    const trained = windows.flatMap(window => window.messages.filter(message => message.train).map(message => message.source))
    expect(new Set(trained).size).toBe(trained.length)
    for (const { messages } of windows) {
      expect(measure(messages)).toBeLessThanOrEqual(budget)
      expect(messages[0]!.role).toBe('system')
      const calls = new Set(messages.flatMap(message => message.calls.map(call => call.id)))
      for (const { callId } of messages) if (callId !== null) expect(calls.has(callId)).toBe(true)
    }
    if (budget >= 900) expect(trained).toEqual(part.filter(message => message.train).map(message => message.source))
  }
})
