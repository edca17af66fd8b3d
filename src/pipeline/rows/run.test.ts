import { describe, expect, it } from 'vitest'
import type { ColumnConfig, CommonColumnOptions } from '../../column/column.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator, type GeneratorContext } from '../../column/generator-function.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { TracewrightError } from '../../errors.ts'
import { Models } from '../../model/connect.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { pause } from '../../model/pause.ts'
import { ChatServer, say } from '../../model/testing/chat-server.ts'
import { Random } from '../../random.ts'
import type { Outcome, Row } from '../../row.ts'
import { plan } from '../plan/plan.ts'
import { DropColumnsProcessorConfig } from '../processors/drop-columns.ts'
import type { ProcessorConfig } from '../processors/processor.ts'
import { SchemaTransformProcessorConfig } from '../processors/schema-transform.ts'
import { failureOf } from './failure.ts'
import { type RunOptions, type RunOutcome, run } from './run.ts'

type Making = Partial<CommonColumnOptions> & { reads?: string[]; makes?: string[]; table?: boolean }

const expression = (name: string, expr: string, options: Partial<CommonColumnOptions> = {}) =>
  new ExpressionColumnConfig({ name, expr, dtype: 'json', ...options })

/** A column of a function that gives its cell, its row, or rows. */
const custom = (
  name: string,
  generate: (row: never, context: GeneratorContext) => unknown,
  { reads = [], makes = [], table = false, ...common }: Making = {},
) =>
  new CustomColumnConfig({
    name,
    generatorFunction: customColumnGenerator({ requiredColumns: reads, sideEffectColumns: makes }, generate as () => Row),
    generationStrategy: table ? 'full_column' : 'cell_by_cell',
    ...common,
  })

/** A wait that has nothing to do with the order of rows. */
const wait = (row: Row, salt: string) => pause(new Random(`${salt}${row['n']}`).next() * 0.02)

type Running = Partial<RunOptions> & { processors?: ProcessorConfig[]; outcomes?: Outcome[] }

async function outcomes(
  columns: ColumnConfig[],
  rows: Row[],
  { processors = [], outcomes: given, ...options }: Running = {},
): Promise<RunOutcome[]> {
  const planned = plan({ columns, modelConfigs: [new ModelConfig({ alias: 'writer', model: 'm' })], processors }, ['n'])
  const drawn = given ?? rows.map(row => ({ row }))
  const defaults: RunOptions = {
    seed: 1,
    mode: { values: 'json', profile: 'full' },
    signal: new AbortController().signal,
    width: 8,
    model: () => {
      throw new Error('No column here asks a model')
    },
  }
  return Array.fromAsync(
    run(
      planned,
      (async function* () {
        yield* drawn
      })(),
      { ...defaults, ...options },
    ),
  )
}

const numbers = (count: number): Row[] => Array.from({ length: count }, (_, n) => ({ n }))
const rowsOf = (ended: RunOutcome[]) => ended.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))
const failuresOf = (ended: RunOutcome[]) => ended.flatMap(outcome => ('failure' in outcome ? [outcome.failure] : []))
const keysOf = (ended: RunOutcome[]) => ended.map(outcome => ('row' in outcome ? outcome.key : `${outcome.failure.row} failed`))

describe('run() does not depend on timing', () => {
  const columns = [
    custom('slow', (row: Row, { rng }) => wait(row, 'slow').then(() => ({ ...row, slow: rng() }))),
    custom('quick', (row: Row, { rng }) => wait(row, 'quick').then(() => ({ ...row, quick: rng(), side: row['n'] })), { makes: ['side'] }),
    expression('drawn', '{{ range(1000) | random }}'),
    expression('after', '{{ [slow, side] }}'),
    custom(
      'split',
      (row: Row) => wait(row, 'split').then(() => Array.from({ length: (row['n'] as number) % 3 }, (_, split) => ({ ...row, split }))),
      { allowResize: true },
    ),
    expression('late', '{{ [n, split, range(1000) | random] }}'),
  ]

  it('in the order of rows and columns, and in values, at any width', async () => {
    const narrow = await outcomes(columns, numbers(20), { width: 1 })
    for (const width of [3, 64]) {
      const wide = await outcomes(columns, numbers(20), { width })
      expect(JSON.stringify(wide)).toBe(JSON.stringify(narrow))
    }
    expect(rowsOf(narrow).map(row => [row['n'], row['split']])).toEqual(
      numbers(20).flatMap(({ n }) => Array.from({ length: (n as number) % 3 }, (_, i) => [n, i])),
    )
    expect(Object.keys(rowsOf(narrow)[0]!)).toEqual(['n', 'slow', 'quick', 'side', 'drawn', 'split', 'after', 'late'])
  })

  it('in chance, which another seed changes', async () => {
    const drawn = async (seed: number) => rowsOf(await outcomes(columns, numbers(8), { seed })).map(row => row['late'])
    expect(await drawn(1)).toEqual(await drawn(1))
    expect(await drawn(1)).not.toEqual(await drawn(2))
  })

  it('in what a function sees: the columns it reads, not those that happen to be there', async () => {
    const seen = custom('seen', (row: Row) => pause(0.01).then(() => ({ ...row, seen: Object.keys(row) })), { reads: ['early'] })
    const [row] = rowsOf(await outcomes([expression('other', '{{ n }}'), expression('early', '{{ n }}'), seen], numbers(1)))
    expect(row!['seen']).toEqual(['n', 'early'])
  })

  it('in which of several failures is told', async () => {
    const failing = (name: string, seconds: number) =>
      custom(name, async () => {
        await pause(seconds)
        throw new Error(name)
      })
    expect(failuresOf(await outcomes([failing('late', 0.02), failing('soon', 0)], numbers(1)))).toMatchObject([{ column: 'late' }])
  })
})

describe('a failure of run()', () => {
  it('names its column once, whoever knows where it came from', async () => {
    const [failure] = failuresOf(await outcomes([expression('ratio', '{{ 1 // 0 }}')], numbers(1)))
    expect(failure).toMatchObject({ column: 'ratio', reason: 'expr:1: integer division or modulo by zero' })
    const torn = (where: string) => new TracewrightError('column', 'Torn', { where, hint: 'Mend it' })
    const at = (where: string) => failureOf('ratio', '0', torn(where), new AbortController().signal).reason
    expect([at("column 'ratio'"), at("column 'ratio', skip.when"), at("column 'ratios', expr")]).toEqual([
      'Torn. Mend it',
      'skip.when: Torn. Mend it',
      "column 'ratios', expr: Torn. Mend it",
    ])
  })
})

describe('run() keeps cells busy', () => {
  it('computes columns of a row side by side, and rows too, up to its width', async () => {
    let running = 0
    let most = 0
    const busy = (name: string) =>
      custom(name, async (row: Row) => {
        most = Math.max(most, ++running)
        await pause(0.01)
        running--
        return { ...row, [name]: 1 }
      })
    await outcomes([busy('a'), busy('b')], numbers(10), { width: 3 })
    expect(most).toBe(6)
  })

  it('asks for no more rows than it has places for', async () => {
    let drawn = 0
    const source = (async function* () {
      for (const row of numbers(1000)) {
        drawn++
        yield { row }
      }
    })()
    const planned = plan({ columns: [expression('a', '{{ n }}')], modelConfigs: [] }, ['n'])
    const options = { seed: 1, mode: { values: 'json', profile: 'full' }, signal: new AbortController().signal, width: 4 } as const
    const iterator = run(planned, source, {
      ...options,
      model: () => {
        throw new Error('no model')
      },
    })[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.return?.()
    expect(drawn).toBeLessThanOrEqual(6)
  })
})

describe('run() changes the number of rows', () => {
  const split = (count: (n: number) => number) =>
    custom('part', (row: Row) => Array.from({ length: count(row['n'] as number) }, (_, part) => ({ ...row, part })), { allowResize: true })

  it('one to many, to one, to none, with keys that tell them apart', async () => {
    const ended = await outcomes([split(n => n), expression('sum', '{{ n + part }}')], numbers(4))
    expect(keysOf(ended)).toEqual(['1.0', '2.0', '2.1', '3.0', '3.1', '3.2'])
    expect(rowsOf(ended).map(row => row['sum'])).toEqual([1, 2, 3, 3, 4, 5])
    expect(await outcomes([split(() => 0)], numbers(3))).toEqual([])
    expect(await outcomes([split(() => 2)], [])).toEqual([])
  })

  it('twice over, in the middle of other columns', async () => {
    const again = custom(
      'piece',
      (row: Row) => [
        { ...row, piece: 'a' },
        { ...row, piece: 'b' },
      ],
      { allowResize: true, reads: ['before'] },
    )
    const ended = await outcomes(
      [split(() => 2), expression('before', '{{ part * 10 }}'), again, expression('after', '{{ before }}{{ piece }}')],
      numbers(1),
    )
    expect(keysOf(ended)).toEqual(['0.0.0', '0.0.1', '0.1.0', '0.1.1'])
    expect(rowsOf(ended).map(row => row['after'])).toEqual(['0a', '0b', '10a', '10b'])
  })

  it('many to one: a column over all rows may make any number of them', async () => {
    const total = (rows: Row[]) => [{ n: 0, total: rows.reduce((sum, row) => sum + (row['n'] as number), 0) }]
    const ended = await outcomes(
      [custom('total', total as never, { table: true, allowResize: true }), expression('twice', '{{ total * 2 }}')],
      numbers(5),
    )
    expect(rowsOf(ended)).toEqual([{ n: 0, total: 10, twice: 20 }])
  })

  it('not at all: a column over all rows keeps their keys and their order', async () => {
    const rank = (rows: Row[]) => rows.map(row => ({ ...row, rank: rows.length - (row['n'] as number) }))
    const ended = await outcomes([custom('rank', rank as never, { table: true }), expression('line', '{{ n }}:{{ rank }}')], numbers(3))
    expect(keysOf(ended)).toEqual(['0', '1', '2'])
    expect(rowsOf(ended).map(row => row['line'])).toEqual(['0:3', '1:2', '2:1'])
    expect(
      await outcomes(
        [
          custom(
            'rank',
            (() => {
              throw new Error('not asked')
            }) as never,
            { table: true },
          ),
        ],
        [],
      ),
    ).toEqual([])
  })
})

describe('run() hands failures on', () => {
  const odd = custom('odd', (row: Row) => {
    if ((row['n'] as number) % 2 === 1) throw new Error(`no ${row['n']}`)
    return { ...row, odd: 'fine' }
  })

  it('row by row, in their places, and computes nothing after them', async () => {
    let after = 0
    const next = custom('next', (row: Row) => ({ ...row, next: after++ }), { reads: ['odd'] })
    const ended = await outcomes([odd, next], numbers(4))
    expect(keysOf(ended)).toEqual(['0', '1 failed', '2', '3 failed'])
    expect(failuresOf(ended)[0]).toMatchObject({
      column: 'odd',
      at: "column 'odd', row 1",
      kind: 'column',
      reason: expect.stringContaining('no 1'),
    })
    expect(after).toBe(2)
  })

  it('from the seed, with their place in it', async () => {
    const given: Outcome[] = [{ row: { n: 0 } }, { reject: { at: 'a.jsonl:3', reason: 'Torn' } }, { row: { n: 1 } }]
    const ended = await outcomes([odd], [], { outcomes: given })
    expect(keysOf(ended)).toEqual(['0', 'null failed', '2 failed'])
    expect(ended.map(({ position }) => position)).toEqual([0, 1, 2])
    expect(failuresOf(ended)[0]).toMatchObject({ column: null, at: 'a.jsonl:3', reason: 'Torn', kind: 'seed' })
  })

  it('past columns that resize and columns over all rows, each row in its place', async () => {
    const count = (rows: Row[]) => rows.map(row => ({ ...row, count: rows.length }))
    const both = custom(
      'part',
      (row: Row) => [
        { ...row, part: 0 },
        { ...row, part: 1 },
      ],
      { allowResize: true, reads: ['odd'] },
    )
    const ended = await outcomes([odd, both, custom('count', count as never, { table: true, reads: ['part'] })], numbers(3))
    expect(keysOf(ended)).toEqual(['0.0', '0.1', '1 failed', '2.0', '2.1'])
    expect(rowsOf(ended).every(row => row['count'] === 4)).toBe(true)
  })

  it('for every row where a column over all of them fails', async () => {
    const broken = custom('all', (() => 5) as never, { table: true })
    expect(keysOf(await outcomes([broken], numbers(2)))).toEqual(['0 failed', '1 failed'])
  })

  it('as cancelled once the run was stopped', async () => {
    const stop = new AbortController()
    const stopping = custom('a', (row: Row) => {
      if (row['n'] === 1) stop.abort()
      return { ...row, a: 1 }
    })
    const ended = await outcomes([stopping], numbers(4), { width: 1, signal: stop.signal })
    expect(failuresOf(ended).map(({ kind }) => kind)).toEqual(['cancelled', 'cancelled'])
  })
})

describe('run() skips', () => {
  const small = { when: '{{ n < 2 }}', value: 'small' }
  const counting = (name: string, options: Making) => {
    const asked: unknown[] = []
    const column = custom(
      name,
      (row: Row) => {
        asked.push(row['n'])
        return { ...row, [name]: `made ${row['n']}`, [`${name}_side`]: 1 }
      },
      {
        makes: [`${name}_side`],
        ...options,
      },
    )
    return { column, asked }
  }

  it('cells whose condition is true, with the value given, and empty side effects', async () => {
    const { column, asked } = counting('a', { skip: small })
    const rows = rowsOf(await outcomes([column], numbers(3)))
    expect(rows.map(row => [row['a'], row['a_side']])).toEqual([
      ['small', null],
      ['small', null],
      ['made 2', 1],
    ])
    expect(asked).toEqual([2])
  })

  it('what reads a skipped cell or its side effects, with its own value, unless it says otherwise', async () => {
    const first = counting('a', { skip: small })
    const through = expression('through', '{{ a }}', { skip: { when: '{{ n == 99 }}', value: 'none' } })
    const side = expression('side', '{{ a_side }}')
    const anyway = expression('anyway', '{{ a }}', { propagateSkip: false })
    const further = expression('further', '{{ through }}')
    const rows = rowsOf(await outcomes([first.column, through, side, anyway, further], [{ n: 0 }, { n: 5 }]))
    expect(rows.map(({ through, side, anyway, further }) => [through, side, anyway, further])).toEqual([
      ['none', null, 'small', null],
      ['made 5', 1, 'made 5', 'made 5'],
    ])
  })

  it('across a column that resizes, which is not skipped itself', async () => {
    const first = counting('a', { skip: small })
    const split = custom(
      'part',
      (row: Row) => [
        { ...row, part: 0 },
        { ...row, part: 1 },
      ],
      { allowResize: true, reads: ['a'] },
    )
    const last = expression('last', '{{ a }}{{ part }}')
    expect(rowsOf(await outcomes([first.column, split, last], [{ n: 0 }, { n: 5 }])).map(row => row['last'])).toEqual([
      null,
      null,
      'made 50',
      'made 51',
    ])
  })

  it('rows of a column over all rows, which sees the others only', async () => {
    const count = (rows: Row[]) => rows.map(row => ({ ...row, count: rows.length }))
    const rows = rowsOf(
      await outcomes([custom('count', count as never, { table: true, skip: small }), expression('last', '{{ count }}')], numbers(5)),
    )
    expect(rows.map(row => [row['n'], row['count'], row['last']])).toEqual([
      [0, 'small', null],
      [1, 'small', null],
      [2, 3, 3],
      [3, 3, 3],
      [4, 3, 3],
    ])
  })

  it('where the condition cannot be judged', async () => {
    const { column, asked } = counting('a', { skip: { when: '{{ n / 0 > 1 }}' } })
    expect(rowsOf(await outcomes([column], numbers(2))).map(row => row['a'])).toEqual([null, null])
    expect(asked).toEqual([])
  })

  it('before a model is asked', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, 'said'))
    const models = new Models([new ModelConfig({ alias: 'writer', model: 'm', provider: 'here' })], {
      providers: [new ModelProvider({ name: 'here', endpoint: server.endpoint })],
    })
    const asking = new LLMTextColumnConfig({
      name: 'a',
      modelAlias: 'writer',
      prompt: 'Say {{ n }}',
      skip: small,
      withTrace: 'last_message',
    })
    const rows = rowsOf(await outcomes([asking, expression('b', '{{ a__trace }}')], numbers(4), { model: alias => models.get(alias) }))
    expect(rows.map(row => row['a'])).toEqual(['small', 'small', 'said', 'said'])
    expect(rows.map(row => row['b'] === null)).toEqual([true, true, false, false])
    expect(server.seen).toHaveLength(2)
  })
})

describe('run() finishes rows', () => {
  const chat = new SchemaTransformProcessorConfig({ name: 'chat', template: { id: '{{ n }}', said: '{{ hidden }}' } })
  const columns = [expression('hidden', 'h{{ n }}', { drop: true }), expression('shown', '{{ hidden }}!'), expression('b', '1')]

  it('without the columns that are dropped, which processors still see', async () => {
    const drop = new DropColumnsProcessorConfig({ name: 'drop', columnNames: ['b', 'n'] })
    const ended = await outcomes(columns, numbers(2), { processors: [chat, drop] })
    expect(ended).toMatchObject([
      { row: { shown: 'h0!' }, artifacts: { chat: { id: 0, said: 'h0' } } },
      { row: { shown: 'h1!' }, artifacts: { chat: { id: 1, said: 'h1' } } },
    ])
    expect(rowsOf(ended).map(Object.keys)).toEqual([['shown'], ['shown']])
  })

  it('or fails them with the processor that could not', async () => {
    const broken = new SchemaTransformProcessorConfig({ name: 'half', template: { half: '{{ 6 / n }}' } })
    const ended = await outcomes(columns, numbers(2), { processors: [broken] })
    expect(failuresOf(ended)).toMatchObject([{ column: null, row: '0', at: "processor 'half', row 0", kind: 'template' }])
    expect(ended[1]).toMatchObject({ artifacts: { half: { half: 6 } } })
  })
})
