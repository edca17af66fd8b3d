import { describe, expect, it } from 'vitest'
import { promptMessages } from '../messages.ts'
import { type Answer, say, send } from '../testing/chat-server.ts'
import { at, failing } from '../testing/local-models.ts'

describe('retries', () => {
  for (const status of [408, 429, 502, 503, 504, 529])
    it(`asks again after ${status}, and counts it`, async () => {
      await using run = await at(failing(2, status))
      expect(await run.ask()).toMatchObject({ text: 'reply 3', attempts: 3 })
      expect(run.models.tally.toJSON()['writer']).toMatchObject({
        succeeded: 1,
        retried: 2,
        failed: 0,
        input_tokens: 11,
        cached_input_tokens: 3,
        output_tokens: 7,
      })
    })

  for (const status of [400, 401, 403, 404, 422, 500])
    it(`does not ask again after ${status}`, async () => {
      await using run = await at(failing(9, status))
      await expect(run.ask()).rejects.toMatchObject({ kind: 'model', status })
      expect(run.server.seen.length).toBe(1)
      expect(run.models.tally.toJSON()['writer']).toMatchObject({ succeeded: 0, failed: 1 })
    })

  it('gives up after four calls', async () => {
    await using run = await at(failing(9, 502))
    await expect(run.ask()).rejects.toMatchObject({ status: 502, attempts: 4 })
    expect(run.server.seen.length).toBe(4)
  })

  it('goes on while a server only has too much to do, however often it says so, and pauses though it asks for none', async () => {
    for (const headers of [{ 'retry-after': '0' }, { 'retry-after-ms': '0' }, {}]) {
      await using run = await at(failing(30, 429, headers), { retry: { firstDelay: 0.01, maxDelay: 0.02 } })
      const start = performance.now()
      expect(await run.ask()).toMatchObject({ text: 'reply 31', attempts: 31 })
      expect(performance.now() - start).toBeGreaterThan(30 * 0.01 * 0.25 * 0.8 * 1000)
    }
  })

  it('gives a server that has too much to do up when its time is over', async () => {
    await using run = await at(failing(10_000, 503), {
      retry: { firstDelay: 0.01, maxDelay: 0.02, overloadPatience: 0.3 },
      breaker: { failures: 1e6 },
    })
    await expect(run.ask()).rejects.toMatchObject({ status: 503 })
    expect(run.server.seen.length).toBeGreaterThan(2)
  })

  for (const status of [429, 500, 502, 503])
    it(`asks for a sign of life again after one ${status}, as late as the server asks`, async () => {
      await using run = await at(failing(1, status, { 'retry-after-ms': '200' }))
      const start = performance.now()
      await run.models.checkHealth(['writer'])
      expect(run.server.seen.length).toBe(2)
      expect(performance.now() - start).toBeGreaterThan(195)
    })

  it('does not wait for a server that is not there, or refuses, before a run begins', async () => {
    await using refuses = await at(failing(9, 401))
    await expect(refuses.models.checkHealth(['writer'])).rejects.toThrow('401')
    expect(refuses.server.seen.length).toBe(1)
    await using cut = await at((_, __, response) => void response.destroy())
    await expect(cut.models.checkHealth(['writer'])).rejects.toThrow('Cannot reach')
    expect(cut.server.seen.length).toBe(1)
    await using broken = await at(failing(99, 500))
    await expect(broken.models.checkHealth(['writer'])).rejects.toThrow('HTTP 500')
    expect(broken.server.seen.length).toBe(3)
  })

  it('waits as long as the server asks', async () => {
    await using run = await at(failing(1, 429, { 'retry-after-ms': '300' }))
    const start = performance.now()
    await run.ask()
    expect(performance.now() - start).toBeGreaterThan(295)
  })

  it('does not wait for a server that asks for hours', async () => {
    await using run = await at(failing(1, 429, { 'retry-after': '86400' }))
    await expect(run.ask()).rejects.toMatchObject({ failure: 'rate_limit' })
  })

  it('asks again when the connection is cut', async () => {
    await using run = await at((_, n, response) => (n === 1 ? void response.destroy() : say(response, 'back')))
    expect(await run.ask()).toMatchObject({ text: 'back', attempts: 2 })
  })

  it('asks again when no reply comes in time', async () => {
    await using run = await at((_, n, response) => (n === 1 ? undefined : say(response, 'late')), {}, { timeout: 0.1 })
    expect(await run.ask()).toMatchObject({ text: 'late', attempts: 2 })
  })

  it('waits longer than a timer can run, where it is told to', async () => {
    await using run = await at((_, __, response) => void setTimeout(() => say(response, 'late'), 50), {}, { timeout: 1e9 })
    expect(await run.ask()).toMatchObject({ text: 'late', attempts: 1 })
  })

  it('says how long it waited for nothing', async () => {
    await using run = await at(() => {}, { retry: { attempts: 1 } }, { timeout: 0.1 })
    await expect(run.ask()).rejects.toMatchObject({
      failure: 'timeout',
      message: expect.stringContaining('found none after 0.1 s'),
      hint: expect.stringContaining('timeout'),
    })
  })

  it('stops at once when it is cancelled, while it calls and while it waits', async () => {
    for (const answer of [() => {}, failing(9, 429, { 'retry-after': '60' })]) {
      await using run = await at(answer)
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 50)
      const start = performance.now()
      await expect(run.ask('p', controller.signal)).rejects.toMatchObject({ kind: 'cancelled' })
      expect(performance.now() - start).toBeLessThan(1_000)
      expect(run.server.seen.length).toBe(1)
    }
  })
})

describe('limits', () => {
  const slow: Answer = async (_, __, response) => {
    await new Promise(resolve => setTimeout(resolve, 20))
    say(response, 'ok')
  }

  it('keeps to max_parallel_requests', async () => {
    await using run = await at(slow, {}, { maxParallelRequests: 3 })
    await Promise.all(Array.from({ length: 20 }, () => run.ask()))
    expect(run.server.mostInFlight).toBe(3)
  })

  it('is shared by aliases of one model at one endpoint: the smaller maximum holds', async () => {
    await using run = await at(slow, {}, { maxParallelRequests: 16 })
    const twin = run.models.get('twin').model
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? run.ask() : twin.generate({ messages: promptMessages('p'), parameters: {} }))),
    )
    expect(run.server.mostInFlight).toBe(4)
  })

  it('lets fewer through after a refusal, and still answers everything', async () => {
    await using run = await at(
      (_, n, response) => (n % 5 === 0 ? send(response, 429, {}) : say(response, 'ok')),
      {},
      { maxParallelRequests: 8 },
    )
    const replies = await Promise.all(Array.from({ length: 60 }, () => run.ask()))
    expect(replies.every(({ text }) => text === 'ok')).toBe(true)
    expect(run.models.load().find(({ alias }) => alias === 'writer')!.limit).toBeLessThan(8)
  })

  it('lets a waiting call go when it is cancelled', async () => {
    await using run = await at(() => {}, {}, { maxParallelRequests: 1 })
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [run.ask('a', first.signal), run.ask('b', second.signal)]
    setTimeout(() => second.abort(), 30)
    await expect(calls[1]).rejects.toMatchObject({ kind: 'cancelled' })
    expect(run.models.load()[0]).toMatchObject({ inFlight: 1, waiting: 0 })
    first.abort()
    await expect(calls[0]).rejects.toMatchObject({ kind: 'cancelled' })
  })
})

describe('circuit breaker', () => {
  it('holds calls back while the endpoint is down, and lets them through when it is up', async () => {
    await using run = await at(failing(12, 502), { retry: { firstDelay: 0.01, attempts: 4 } }, { maxParallelRequests: 8 })
    const replies = await Promise.allSettled(Array.from({ length: 30 }, () => run.ask()))
    // Eight met the outage before it was known; after that one call at a time tried.
    expect(replies.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(29)
    expect(run.server.seen.length).toBeLessThanOrEqual(12 + 30)
  })

  it('fails calls at once when the endpoint has been down for longer than the patience', async () => {
    await using run = await at(failing(1_000, 502), {
      retry: { firstDelay: 0.01, attempts: 30 },
      breaker: { failures: 4, firstWait: 0.05, maxWait: 0.05, patience: 0.2 },
    })
    const replies = await Promise.allSettled(Array.from({ length: 20 }, () => run.ask()))
    const reasons = replies.flatMap(reply => (reply.status === 'rejected' ? [reply.reason.failure] : []))
    expect(reasons.length).toBe(20)
    expect(reasons).toContain('circuit_open')
  })
})
