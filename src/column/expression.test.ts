import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asFloat, Float } from '../json/number.ts'
import { cast, ExpressionColumnConfig, type ExpressionDtype } from './expression.ts'
import { AS_DATA_DESIGNER, cellOf } from './testing/fill.ts'

type CastCase = { dtype: 'str' | 'int' | 'float' | 'bool'; rendered: string; expected?: unknown; error?: unknown }
const cases = JSON.parse(readFileSync(new URL('cases/expression_cast.json', import.meta.url), 'utf8')) as CastCase[]

const cell = (expr: string, dtype: ExpressionDtype, row: Parameters<typeof cellOf>[1], options = {}) =>
  cellOf(new ExpressionColumnConfig({ name: 'made', expr, dtype }), row, options)

describe('cast()', () => {
  for (const { dtype, rendered, expected, error } of cases) {
    const number = (expected as { $float?: string } | null | undefined)?.$float
    // An infinity is a number; what is none is a mistake.
    const value = number === undefined ? expected : Number(number.replace('inf', 'Infinity'))
    const isRead = error === undefined && !Number.isNaN(value)
    it(`${isRead ? 'reads' : 'refuses'} ${JSON.stringify(rendered)} as ${dtype}`, () => {
      if (isRead) expect(cast(rendered, dtype)).toEqual(dtype === 'float' && Number.isFinite(value) ? asFloat(value as number) : value)
      else expect(() => cast(rendered, dtype)).toThrow(`Cannot read the expression's result as ${dtype}`)
    })
  }
})

describe('ExpressionColumnConfig', () => {
  const row = { n: 3, list: [{ a: 1 }], text: '{"a": {"b": "4"}}', flag: true, nothing: null }

  it('renders values as JSON, and as Python does where Data Designer is followed', async () => {
    expect(await cell('{{ list }} {{ flag }}', 'str', row)).toBe('[{"a":1}] true')
    expect(await cell('{{ list }} {{ flag }}', 'str', row, { mode: AS_DATA_DESIGNER })).toBe("[{'a': 1}] True")
  })

  it('takes text for text, and for the JSON in it where Data Designer is followed', async () => {
    expect(await cell('{{ text }}', 'str', row)).toBe(row.text)
    expect(await cell('{{ text.a.b }}', 'str', row, { mode: AS_DATA_DESIGNER })).toBe('4')
  })

  it("keeps the value itself under dtype 'json'", async () => {
    expect(await cell('{{ list[0] }}', 'json', row)).toEqual({ a: 1 })
    expect(await cell('{{ nothing.x }}', 'json', row)).toBe(null)
    expect(await cell('{{ list[7] }}', 'json', row)).toBe(null)
    expect(await cell('{{ text }}', 'json', { text: '{"f": 1.0, "i": 9007199254740993}' }, { mode: AS_DATA_DESIGNER })).toEqual({
      f: new Float(1),
      i: 9007199254740993n,
    })
  })

  it('reads truth of comparisons and numbers of texts', async () => {
    expect(await cell('{{ n >= 3 and flag }}', 'bool', row)).toBe(true)
    expect(await cell('{{ n > 3 }}', 'bool', row, { mode: AS_DATA_DESIGNER })).toBe(false)
    expect(await cell('{{ n * 2 }}', 'int', row)).toBe(6)
  })

  it('draws from the row, so that a seed gives the same again', async () => {
    const many = { list: Array.from({ length: 50 }, (_, i) => i) }
    const drawn = await Promise.all(['0', '1', '2', '3'].map(rowKey => cell('{{ list | random }}', 'int', many, { rowKey })))
    expect(new Set(drawn).size).toBeGreaterThan(1)
    expect(await cell('{{ list | random }}', 'int', many, { rowKey: '2' })).toBe(drawn[2])
    expect(
      await Promise.all(['0', '1', '2', '3'].map(rowKey => cell('{{ list | random }}', 'int', many, { rowKey, seed: 2 }))),
    ).not.toEqual(drawn)
  })

  it('fails the cell, naming the template, where it cannot be rendered or read', async () => {
    await expect(cell('{{ n / 0 }}', 'str', row)).rejects.toMatchObject({
      kind: 'template',
      where: expect.stringContaining("column 'made', expr"),
    })
    await expect(cell('{{ n }} apples', 'int', row)).rejects.toThrow(`Cannot read the expression's result as int: found "3 apples"`)
  })

  it('refuses an empty template and reports one that cannot be parsed', () => {
    expect(() => new ExpressionColumnConfig({ name: 'made', expr: ' ' })).toThrow('expr: found nothing, expected a template')
    expect(new ExpressionColumnConfig({ name: 'made', expr: '{{ n' }).problems()).toMatchObject([{ level: 'error', column: 'made' }])
  })

  it('a float that is whole is a float, to those who read it, too', async () => {
    expect(await cell('{{ n }}', 'float', row)).toEqual(new Float(3))
    const read = await cell('{{ made }}', 'str', { made: (await cell('{{ n }}', 'float', row)) ?? null }, { mode: AS_DATA_DESIGNER })
    expect(read).toBe('3.0')
  })

  it.each([
    ['str', 0, '0'],
    ['str', true, 'True'],
    ['str', 1.5, '1.5'],
    ['str', null, null],
    ['bool', 'no', true],
    ['bool', '', false],
    ['bool', 0, false],
    ['int', ' 7 ', 7],
    ['int', 2.9, 2],
    ['int', true, true],
    ['float', '1e3', asFloat(1000)],
    ['float', 3, asFloat(3)],
    ['json', 0, 0],
  ] as const)('a skipped cell is of the kind of the others: as %s, %j is %j', (dtype, value, kept) => {
    const column = new ExpressionColumnConfig({ name: 'made', expr: '{{ n }}', dtype, skip: { when: '{{ n }}', value } })
    expect(column.skip).toEqual({ when: '{{ n }}', value: kept })
  })

  it.each([
    ['int', '2.5'],
    ['int', 'x'],
    ['float', 'x'],
    ['float', 'nan'],
  ] as const)('refuses a skipped cell that cannot be read as %s: %j', (dtype, value) => {
    const column = () => new ExpressionColumnConfig({ name: 'made', expr: '{{ n }}', dtype, skip: { when: '{{ n }}', value } })
    expect(column).toThrow(`skip.value: found "${value}", expected what can be read as ${dtype}`)
  })
})
