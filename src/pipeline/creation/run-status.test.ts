import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { designer, folder, numbers, pipeline, serve } from '../../../test/pipeline-scene.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { LLMStructuredColumnConfig } from '../../column/llm-structured.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { type RunFailure, runFailures, runStatus } from './run-status.ts'

const failuresOf = (path: string) => Array.fromAsync(runFailures(path))
const rejectsIn = (path: string) =>
  readFileSync(join(path, 'rejects.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
const said = ({ questions }: RunFailure) =>
  questions.flatMap(({ calls }) => calls.map(call => ('reply' in call ? call.reply['text'] : call.error.failure)))

describe('a row that failed is told with what was asked and what came back', () => {
  it('when the reply is no answer: the prompt of that very row, each reply, model and endpoint', async () => {
    const path = join(folder(), 'run')
    const server = await serve(({ prompt }) => (/^First [37]$/.test(prompt) ? '' : `[${prompt}]`))
    await designer(server).create(pipeline({ rows: 9 }), { path, numRecords: 9 })
    const failures = await failuresOf(path)
    expect(failures.map(({ row, questions }) => [row, questions[0]!.messages])).toEqual([
      ['3', [{ role: 'user', content: 'First 3' }]],
      ['7', [{ role: 'user', content: 'First 7' }]],
    ])
    for (const failure of failures) {
      expect(failure.questions.length).toBe(failure.attempts)
      expect(said(failure)).toEqual(Array(failure.attempts).fill(''))
      // A conversation that starts over is the same prompt: it is kept once.
      expect(failure.questions.slice(1).every(({ messages, same_messages }) => messages.length === 0 && same_messages === 1)).toBe(true)
      expect(failure.asked).toMatchObject({ alias: 'm', model: 'm', provider: 'here', endpoint: server.endpoint, calls: failure.attempts })
      expect(failure.asked!.reply_key).toBe(failure.questions.at(-1)!.reply_key)
    }
    expect(rejectsIn(path).map(({ asked }) => asked)).toEqual(failures.map(({ asked }) => asked))
    // Each question of a conversation has a key of its own, and it is not that of another row.
    const keys = failures.flatMap(({ questions }) => questions.map(({ reply_key }) => reply_key))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('when the server refuses: its words, and how often it was asked', async () => {
    const path = join(folder(), 'run')
    const server = await serve(({ prompt, response }) => {
      if (prompt !== 'First 1') return `[${prompt}]`
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"I do not like the number 1"}}')
    })
    await designer(server).create(pipeline({ rows: 3 }), { path, numRecords: 3, errorRate: null })
    const [failure] = await failuresOf(path)
    expect(failure!.questions).toHaveLength(1)
    expect(failure!.questions[0]!.calls).toMatchObject([{ error: { failure: 'bad_request', status: 400 } }])
    expect(JSON.stringify(failure!.questions[0]!.calls)).toContain('I do not like the number 1')
  })

  it('when calls are made again: each of them, those that failed before the last too', async () => {
    const path = join(folder(), 'run')
    const server = await serve(({ prompt, nth, response }) => {
      if (prompt !== 'First 1') return `[${prompt}]`
      if (nth > 1) response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"gone"}}')
      else response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' }).end('{"error":{"message":"slower"}}')
    })
    await designer(server).create(pipeline({ rows: 2 }), { path, numRecords: 2, errorRate: null })
    const [failure] = await failuresOf(path)
    expect(said(failure!)).toEqual(['rate_limit', 'not_found'])
    expect(failure!.asked).toMatchObject({ calls: 2 })
  }, 30_000)

  it('when a shape is asked for in the prompt: with what the model was told of the shape, and of what was wrong', async () => {
    const path = join(folder(), 'run')
    const server = await serve(({ prompt }) => `no JSON for ${prompt.length} letters`)
    const schema = { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] }
    const config = numbers({ rows: 1 }).addColumn(
      new LLMStructuredColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'How large is {{ n }}?', outputFormat: schema as never }),
    )
    await designer(server).create(config, { path, numRecords: 1 })
    const [failure] = await failuresOf(path)
    expect(JSON.stringify(failure!.questions[0]!.messages)).toContain('How large is 0?')
    expect(JSON.stringify(failure!.questions)).toContain('size')
    // What is kept is what the server was sent, by each call: the length it counted is that of the prompt kept here.
    let messages: { content: string }[] = []
    for (const { same_messages, messages: more, calls } of failure!.questions) {
      messages = [...messages.slice(0, same_messages), ...(more as { content: string }[])]
      for (const call of calls) expect('reply' in call && call.reply['text']).toBe(`no JSON for ${messages.at(-1)!.content.length} letters`)
    }
    expect(new Set(said(failure!)).size).toBeGreaterThan(1)
  })

  it('when two rows ask the same at once: both, though it was asked once', async () => {
    const path = join(folder(), 'run')
    const server = await serve(() => '')
    const config = numbers({ rows: 2 })
      .addColumn(new ExpressionColumnConfig({ name: 'same', expr: '{{ n * 0 }}' }))
      .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'Say {{ same }}' }))
    await designer(server).create(config, { path, numRecords: 2, errorRate: null })
    const failures = await failuresOf(path)
    expect(
      failures.map(({ row, questions }) => [row, questions[0]!.messages, said({ questions } as RunFailure).every(text => text === '')]),
    ).toEqual([
      ['0', [{ role: 'user', content: 'Say 0' }], true],
      ['1', [{ role: 'user', content: 'Say 0' }], true],
    ])
  })

  it('when it was tried again: as it went the last time; what was made leaves', async () => {
    const path = join(folder(), 'run')
    let words = ''
    const server = await serve(({ prompt }) => (prompt === 'First 1' || (prompt === 'First 2' && words === '') ? '' : `[${prompt}]`))
    const config = pipeline({ rows: 3 })
    await designer(server).create(config, { path, numRecords: 3, errorRate: null })
    expect((await failuresOf(path)).map(({ row }) => row)).toEqual(['1', '2'])
    const before = (await failuresOf(path))[0]!.questions[0]!.calls[0]!.at
    words = 'some'
    await designer(server).create(config, { path, retryFailed: true, errorRate: null })
    const after = await failuresOf(path)
    expect(after.map(({ row }) => row)).toEqual(['1'])
    expect(after[0]!.questions[0]!.calls[0]!.at > before).toBe(true)
  })

  it('and when no model was asked there is nothing to tell; what is damaged costs itself alone', async () => {
    const path = join(folder(), 'run')
    const server = await serve(({ prompt }) => (prompt === 'Say 1' ? '' : prompt))
    const config = numbers({ rows: 3 })
      .addColumn(new ExpressionColumnConfig({ name: 'share', expr: '{{ 6 // (n - 2) }}' }))
      .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'Say {{ n }}{% if share %}{% endif %}' }))
    await designer(server).create(config, { path, numRecords: 3, errorRate: null })
    appendFileSync(join(path, 'cells', 'asked.jsonl'), '{"id":"torn')
    const failures = await failuresOf(path)
    expect(failures.map(({ column, questions }) => [column, questions.length > 0])).toEqual([
      ['a', true],
      ['share', false],
    ])
    expect(failures[1]).not.toHaveProperty('asked')
  })
})

it('a run that has ended says so, with its counts and its bill', async () => {
  const path = join(folder(), 'run')
  await designer(await serve()).create(pipeline({ rows: 3 }), { path, numRecords: 3 })
  const status = runStatus(path)
  expect(status).toMatchObject({ dataset: 'run', status: 'complete', rows: 3, rejects: 0, life: { state: 'ended' } })
  expect(status.life.pulse).toMatchObject({ target: 3, done: 3, rows: 3, endpoints: [], process: { pid: process.pid } })
  expect(status.bill!.run.calls).toBe(7)
  expect(() => runStatus(folder())).toThrow(/no run is there/)
})
