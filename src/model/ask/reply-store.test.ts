import { describe, expect, it } from 'vitest'
import { generateStructured } from '../converse.ts'
import { promptMessages } from '../messages.ts'
import type { ModelReply } from '../model.ts'
import { type Answer, say } from '../testing/chat-server.ts'
import { at, failing } from '../testing/local-models.ts'
import type { ReplyStore } from './reply-store.ts'

const SCHEMA = { type: 'object', properties: { outcome: { enum: ['success', 'failure'] } }, required: ['outcome'] }

describe('cache', () => {
  class MemoryStore implements ReplyStore {
    readonly replies = new Map<string, ModelReply>()
    get(key: string) {
      return this.replies.get(key) ?? null
    }
    put(key: string | null, reply: ModelReply) {
      if (key !== null) this.replies.set(key, reply)
    }
  }

  it('asks once for one request, and again when anything that decides the reply is different', async () => {
    const store = new MemoryStore()
    await using run = await at((_, n, response) => say(response, `reply ${n}`), { store })
    const messages = promptMessages('p')
    const { model } = run
    expect(await model.generate({ messages, parameters: { temperature: 0, top_p: 1 } })).toMatchObject({ text: 'reply 1' })
    expect(await model.generate({ parameters: { top_p: 1, temperature: 0, timeout: 9 }, messages })).toMatchObject({
      text: 'reply 1',
      cached: true,
    })
    const different = [
      { messages, parameters: { temperature: 1, top_p: 1 } },
      { messages: promptMessages('q'), parameters: { temperature: 0, top_p: 1 } },
      { messages, parameters: { temperature: 0, top_p: 1 }, draw: 'row 2' },
      { messages, parameters: { temperature: 0, top_p: 1 }, tools: [{ name: 't', parameters: { type: 'object' } }] },
    ]
    for (const request of different) expect(await model.generate(request)).not.toHaveProperty('cached')
    expect(run.server.seen.length).toBe(5)
    expect(run.models.tally.toJSON()['writer']).toMatchObject({ succeeded: 5, cached: 1 })
  })

  it('asks once what several ask, each of whom may be called off for itself', async () => {
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const answer: Answer = async (_, n, response) => {
      asked.resolve()
      if (n > 1) await gate.promise
      if (n > 1) say(response, `reply ${n}`)
    }
    await using run = await at(answer, { store: new MemoryStore() })
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()]
    const replies = [first, second, third].map(({ signal }) => run.ask('p', signal))
    await asked.promise
    second.abort()
    await expect(replies[1]).rejects.toMatchObject({ kind: 'cancelled' })
    expect(run.server.seen.length).toBe(1)
    // Who asked is called off, and the next who waits asks.
    first.abort()
    await expect(replies[0]).rejects.toMatchObject({ kind: 'cancelled' })
    gate.resolve()
    expect(await replies[2]).toMatchObject({ text: 'reply 2' })
  })

  it('keeps no failure', async () => {
    const store = new MemoryStore()
    await using run = await at(failing(1, 400), { store })
    await expect(run.ask()).rejects.toThrow()
    expect(store.replies.size).toBe(0)
    expect(await run.ask()).toMatchObject({ text: 'reply 2' })
  })

  it('keeps the replies of a conversation that starts over apart', async () => {
    const store = new MemoryStore()
    await using run = await at((_, n, response) => say(response, n === 1 ? '{"outcome": "maybe"}' : '{"outcome": "success"}'), { store })
    await run.model.generate({ messages: promptMessages('warm up'), schema: { name: 's', schema: {} }, parameters: {} })
    const again = () => generateStructured(run.model, { messages: promptMessages('p'), parameters: {} }, SCHEMA)
    expect((await again()).value).toEqual({ outcome: 'success' })
    const called = run.server.seen.length
    expect((await again()).value).toEqual({ outcome: 'success' })
    expect(run.server.seen.length).toBe(called)
  })
})
