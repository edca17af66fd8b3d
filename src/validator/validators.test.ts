import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, send } from '../model/testing/chat-server.ts'
import type { ValidatorKind } from './validator.ts'
import * as registry from './validators.ts'

const types: ValidatorKind[] = Object.values(registry)
const { functions = new Map() } = (registry.localCallable as ValidatorKind).example
const context = { signal: new AbortController().signal, asDataDesigner: false }

it('every kind of validator has a name of its own', () => {
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
})

for (const type of types) {
  const { needs, more, wrong = [] } = type.example
  describe(`validator ${type.name}`, () => {
    it('has an example of parameters that are wrong', () => {
      expect(wrong.length).toBeGreaterThan(0)
    })

    it('says what it is, and is written back as it was read', () => {
      expect(type.description).toMatch(/^[A-Z]/)
      for (const params of [needs, { ...needs, ...more }]) {
        const written = JSON.parse(JSON.stringify(type.read(params, 'here', functions).toJSON()))
        expect(Object.keys(written).sort()).toEqual([...Object.keys(type.fields), 'validator_type'].sort())
        expect(written).toMatchObject(params)
        expect(JSON.parse(JSON.stringify(type.read(written, 'here', functions).toJSON()))).toEqual(written)
      }
    })

    it.each([...wrong, [{ ...needs, strange: 1 }, "Unknown key 'strange'"] as const])('refuses %j', (params, word) => {
      let thrown: unknown
      try {
        type.read(params, 'here', functions)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toMatchObject({ kind: 'config', sentence: expect.stringContaining(word) })
    })
  })
}

describe('a function that validates', () => {
  const judge = (answer: unknown, output_schema: JsonObject | null = null, asDataDesigner = false) =>
    registry.localCallable
      .read({ validation_function: 'f', output_schema }, 'here', new Map([['f', () => answer]]))
      .validate([{ n: 1 }, { n: 2 }], { ...context, asDataDesigner })

  it('gives each row its result', async () => {
    const small = registry.localCallable.read({ validation_function: 'is_small' }, 'here', functions)
    expect(await small.validate([{ n: 1 }, { n: 5 }], context)).toEqual([
      { is_valid: true, twice: 2 },
      { is_valid: false, twice: 10 },
    ])
  })

  it.each([
    ['yes', true],
    ['False', false],
    [1, true],
    [0, false],
    [null, null],
  ])('takes is_valid %j for %j', async (word, meant) => {
    expect(await judge([{ is_valid: word }, { is_valid: true }])).toEqual([{ is_valid: meant }, { is_valid: true }])
  })

  it.each([
    [[{ fine: 1 }, { fine: 1 }], 'without is_valid'],
    [[{ is_valid: 'perhaps' }, { is_valid: true }], 'found is_valid "perhaps"'],
    [[{ is_valid: true }], 'found 1 results, expected 2'],
    [[{ is_valid: true }, { is_valid: true }, { is_valid: true }], 'found 3 results, expected 2'],
    ['good', 'expected { data: [ … ] }'],
  ])('refuses %j', async (answer, word) => {
    await expect(judge(answer)).rejects.toThrow(word)
  })

  it('is held to its output_schema, which allows nothing else', async () => {
    const item = { type: 'object', properties: { is_valid: { type: 'boolean' } }, required: ['is_valid'] }
    const schema = { type: 'object', properties: { data: { type: 'array', items: item } }, required: ['data'] }
    const good = [{ is_valid: true }, { is_valid: false }]
    expect(await judge(good, schema)).toEqual(good)
    await expect(judge([{ is_valid: true, more: 1 }, { is_valid: false }], schema)).rejects.toThrow('output_schema')
  })

  it('may be short of results where Data Designer is followed', async () => {
    expect(await judge([{ is_valid: true }], null, true)).toEqual([{ is_valid: true }, null])
  })
})

describe('a server that validates', () => {
  it.each([[429], [503]])('is asked again after %i, and under compat is not', async status => {
    await using server = await ChatServer.start(({ body }, n, response) =>
      n % 2 === 1
        ? send(response, status, { error: 'later' })
        : send(response, 200, { data: (body['data'] as JsonObject[]).map(({ n }) => ({ is_valid: n === 1 })) }),
    )
    const params = registry.remote.read({ endpoint_url: `${server.endpoint}/v`, retry_backoff: 1.01 }, 'here', functions)
    expect(await params.validate([{ n: 1 }, { n: 2 }], context)).toEqual([{ is_valid: true }, { is_valid: false }])
    expect(server.seen.map(({ body }) => body)).toEqual(Array.from({ length: 2 }, () => ({ data: [{ n: 1 }, { n: 2 }] })))
    await expect(params.validate([{ n: 1 }], { ...context, asDataDesigner: true })).rejects.toThrow(`it answered ${status}`)
    expect(server.seen).toHaveLength(3)
  })

  it('is not asked again after what is final, and not waited for without end', async () => {
    await using server = await ChatServer.start(({ url }, _n, response) =>
      url.endsWith('slow') ? undefined : send(response, 400, { error: 'no' }),
    )
    const at = (path: string, timeout: number) =>
      registry.remote.read({ endpoint_url: `${server.endpoint}/${path}`, timeout, max_retries: 0 }, 'here', functions)
    await expect(at('v', 60).validate([{ n: 1 }], context)).rejects.toThrow('it answered 400')
    await expect(at('slow', 0.1).validate([{ n: 1 }], context)).rejects.toThrow('Cannot validate at')
    expect(server.seen.length).toBeLessThanOrEqual(2) // what was given up may not have got there
  })

  it('is waited for longer than a timer can run where it is told to, and not read without end', async () => {
    await using server = await ChatServer.start(({ url }, _n, response) => {
      if (!url.endsWith('flood')) return void setTimeout(() => send(response, 200, { data: [{ is_valid: true }] }), 50)
      const flood = () => {
        while (!response.destroyed && response.write(' '.repeat(1 << 20)));
        response.once('drain', flood)
      }
      flood()
    })
    const at = (path: string, timeout: number) =>
      registry.remote.read({ endpoint_url: `${server.endpoint}/${path}`, timeout, max_retries: 0 }, 'here', functions)
    for (const timeout of [3e6, 5e6]) expect(await at('v', timeout).validate([{ n: 1 }], context)).toEqual([{ is_valid: true }])
    await expect(at('flood', 60).validate([{ n: 1 }], context)).rejects.toThrow('it answered more than 32 MiB')
  })
})

describe('code', () => {
  const judge = async (code_lang: string, code: string) =>
    (await registry.code.read({ code_lang }, 'here', functions).validate([{ code }], context))[0]
  const path = process.env['PATH']
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tracewright-linters-'))
    process.env['PATH'] = folder
  })
  afterEach(() => {
    process.env['PATH'] = path
  })
  const program = (name: string, prints: unknown) => {
    const lines = [
      `#!${process.execPath}`,
      `process.stdin.resume().on('end', () => { process.stdout.write(${JSON.stringify(JSON.stringify(prints))}); process.exitCode = 1 })`,
    ]
    writeFileSync(join(folder, name), lines.join('\n'))
    chmodSync(join(folder, name), 0o755)
  }

  it('leaves no program behind where a run is stopped, though it would not end', async () => {
    writeFileSync(
      join(folder, 'ruff'),
      `#!${process.execPath}
process.on('SIGTERM', () => {})
setInterval(() => {}, 1000)
require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid))
`,
    )
    chmodSync(join(folder, 'ruff'), 0o755)
    const stop = new AbortController()
    const judged = registry.code
      .read({ code_lang: 'python' }, 'here', functions)
      .validate([{ code: 'print(x)' }], { ...context, signal: stop.signal })
    const pid = await vi.waitUntil(() => existsSync(join(folder, 'pid')) && Number(readFileSync(join(folder, 'pid'), 'utf8')), 20_000)
    stop.abort()
    await expect(judged).rejects.toThrow()
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000)
  })

  it('in Python is scored by what ruff says, gravest first', async () => {
    const at = (row: number, column: number) => ({ row, column })
    program('ruff', [
      { code: 'E711', location: at(1, 2), message: 'none' },
      { code: 'F821', location: at(3, 4), message: 'unknown' },
      { code: 'PLW0120', location: at(2, 1), message: 'else' },
    ])
    program('python3', { statements: 10 })
    expect(await judge('python', 'print(x)')).toEqual({
      is_valid: false,
      python_linter_score: 3,
      python_linter_severity: 'error',
      python_linter_messages: [
        { type: 'error', symbol: 'F821', line: 3, column: 4, message: 'unknown' },
        { type: 'warning', symbol: 'PLW0120', line: 2, column: 1, message: 'else' },
        { type: 'refactor', symbol: 'E711', line: 1, column: 2, message: 'none' },
      ],
    })
  })

  it('in Python is at least parsed where there is no ruff', async () => {
    program('python3', { statements: 0, line: 2, column: 5, message: 'invalid syntax' })
    expect(await judge('python', 'def f(:')).toMatchObject({ is_valid: false, python_linter_severity: 'fatal', python_linter_score: 0 })
  })

  it('in SQL is what sqlfluff can parse, and has no DECIMAL without a scale', async () => {
    program('sqlfluff', [
      {
        violations: [
          { code: 'PRS', description: 'Found unparsable section' },
          { code: 'LT12', description: 'newline' },
        ],
      },
    ])
    expect(await judge('sql:ansi', 'HELLO')).toEqual({ is_valid: false, error_messages: 'PRS: Found unparsable section' })
    program('sqlfluff', [{ violations: [] }])
    expect(await judge('sql:mysql', 'SELECT 1')).toEqual({ is_valid: true, error_messages: '' })
    expect(await judge('sql:mysql', 'CREATE TABLE t (a DECIMAL(10))')).toMatchObject({
      is_valid: false,
      error_messages: expect.stringContaining('Custom Check'),
    })
  })

  it('of many rows is given to no more linters at once than there are processors', async () => {
    const log = join(folder, 'log')
    const say = (word: string) => `require('fs').appendFileSync(${JSON.stringify(log)}, '${word}')`
    const script = `#!${process.execPath}\n${say('+')}\nsetTimeout(() => { ${say('-')}; console.log('[]') }, 100)`
    writeFileSync(join(folder, 'sqlfluff'), script, { mode: 0o755 })
    const rows = Array.from({ length: 3 * availableParallelism() }, () => ({ code: 'SELECT 1' }))
    const results = await registry.code.read({ code_lang: 'sql:ansi' }, 'here', functions).validate(rows, context)
    expect(results).toEqual(rows.map(() => ({ is_valid: true, error_messages: '' })))
    let inside = 0
    const depths = [...readFileSync(log, 'utf8')].map(sign => (sign === '+' ? ++inside : --inside))
    expect(depths).toHaveLength(2 * rows.length)
    expect(Math.max(...depths)).toBeLessThanOrEqual(availableParallelism())
  })

  it.each(['python', 'sql:ansi'])('in %s fails with what to install where there is no linter', async lang => {
    await expect(judge(lang, 'x')).rejects.toMatchObject({ hint: expect.stringContaining('nstall') })
  })

  it.each([
    ['javascript', 'export const a = 1\nconsole.log(a)', true],
    ['javascript', 'const a: number = 1', false],
    ['javascript', 'const a = ', false],
    ['typescript', 'enum A { b }\nconst a: A = A.b', true],
    ['typescript', 'const a: = 1', false],
    ['typescript', '', true],
  ])('in %s %j is valid: %j', async (lang, code, isValid) => {
    expect(await judge(lang, code)).toMatchObject({ is_valid: isValid })
  })

  it('that is no text fails', async () => {
    await expect(registry.code.read({ code_lang: 'javascript' }, 'here', functions).validate([{ code: null }], context)).rejects.toThrow(
      'found null, expected text',
    )
  })
})
