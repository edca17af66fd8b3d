import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { CustomColumnConfig } from './custom.ts'
import { customColumnGenerator, type GeneratorFunction } from './generator-function.ts'
import { cellOf, fill } from './testing/fill.ts'

type RuntimeCase = { id: string; required: string[]; side_effects: string[]; row: Row; expected?: Row; error?: { message: string } }
const cases = JSON.parse(readFileSync(new URL('cases/custom_column_runtime.json', import.meta.url), 'utf8')) as RuntimeCase[]

/** What the reference's generators of these names return. */
const returned: { [id: string]: (row: Row) => unknown } = {
  dict_ok: row => ({ ...row, out: 2 }),
  list_without_resize: row => [{ ...row, out: 1 }],
  none: () => null,
  removed_existing: () => ({ out: 1 }),
  missing_primary: row => row,
  missing_side_effect: row => ({ ...row, out: 1 }),
  raises: () => {
    throw new Error('boom')
  },
  undeclared_stripped: row => ({ ...row, out: 1, other: 2 }),
  missing_required: row => ({ ...row, out: 1 }),
}

const column = (
  generate: GeneratorFunction | ((row: Row) => unknown),
  options: Partial<ConstructorParameters<typeof CustomColumnConfig>[0]> = {},
) => new CustomColumnConfig({ name: 'out', generatorFunction: generate as GeneratorFunction, ...options })

describe('CustomColumnConfig', () => {
  for (const { id, required, side_effects, row, expected, error } of cases)
    it(`${error === undefined ? 'accepts' : 'refuses'} what a generator returns: ${id}`, async () => {
      const generate = customColumnGenerator(
        { requiredColumns: required, sideEffectColumns: side_effects },
        returned[id] as GeneratorFunction,
      )
      const made = fill(column(generate), row)
      if (error === undefined) expect(await made).toEqual([expected])
      else await expect(made).rejects.toMatchObject({ kind: 'column', message: expect.stringContaining("column 'out'") })
    })

  it('says why its function failed, and keeps the cause', async () => {
    const cause = new Error('boom')
    const failing = column(() => {
      throw cause
    })
    await expect(fill(failing, {})).rejects.toMatchObject({ message: "Custom generator function failed for column 'out': boom", cause })
  })

  it('makes any number of rows of one with allowResize, and one without', async () => {
    const make = (n: number) => column((row: Row) => Array.from({ length: n }, (_, i) => ({ ...row, out: i })), { allowResize: true })
    expect(await fill(make(0), { a: 1 })).toEqual([])
    expect(await fill(make(2), { a: 1 })).toEqual([
      { a: 1, out: 0 },
      { a: 1, out: 1 },
    ])
    expect(
      await fill(
        column((row: Row) => ({ ...row, out: 7 }), { allowResize: true }),
        { a: 1 },
      ),
    ).toEqual([{ a: 1, out: 7 }])
  })

  it('waits for a promise', async () => {
    expect(
      await cellOf(
        column(async (row: Row) => ({ ...row, out: 5 })),
        {},
      ),
    ).toBe(5)
  })

  it('gets a row of its own: what it adds to it does not leak', async () => {
    const row = { a: 1 }
    await fill(
      column((given: Row) => Object.assign(given, { out: 1, leak: 1 })),
      row,
    )
    expect(row).toEqual({ a: 1 })
  })

  it('works on all rows at once under full_column, and must keep their number without allowResize', async () => {
    const total = (rows: Row[]) => rows.map(row => ({ ...row, out: rows.length }))
    const table = (generate: (rows: Row[]) => unknown, allowResize = false) =>
      column(generate as unknown as (row: Row) => unknown, { generationStrategy: 'full_column', allowResize })
    expect(await fill(table(total), { a: 1 })).toEqual([{ a: 1, out: 1 }])
    await expect(
      fill(
        table(() => []),
        { a: 1 },
      ),
    ).rejects.toThrow('returned 0 rows of 1; set allowResize')
    expect(
      await fill(
        table(() => [], true),
        { a: 1 },
      ),
    ).toEqual([])
    await expect(
      fill(
        table(() => 3),
        { a: 1 },
      ),
    ).rejects.toThrow('returned number, expected a list of rows')
  })

  it('gives its function parameters, chance that a seed repeats, and the models it declares', async () => {
    const generate = customColumnGenerator({ modelAliases: ['writer'] }, async (row: Row, { params, rng, models }) => {
      const { value } = await models['writer']!.generate({ prompt: 'The harbour was closed for repairs in March.' })
      return { ...row, out: [params, rng(), value] }
    })
    const asked = new CustomColumnConfig({ name: 'out', generatorFunction: generate, generatorParams: { depth: 2 } })
    const first = await cellOf(asked, {})
    expect(first).toEqual([{ depth: 2 }, expect.any(Number), 'The harbour was closed for repairs in March.'])
    expect(await cellOf(asked, {})).toEqual(first)
    expect(await cellOf(asked, {}, { rowKey: '1' })).not.toEqual(first)
  })

  it('cannot both resize and be skipped', () => {
    const both = column((row: Row) => row, { allowResize: true, skip: { when: '{{ a }}' } })
    expect(both.problems()).toMatchObject([{ level: 'error', message: expect.stringContaining('skip and allow_resize are both set') }])
  })

  it('is written by the name it was loaded by', async () => {
    const { custom } = await import('./custom.ts')
    const functions = new Map([['explodeRows', (row: Row) => ({ ...row, out: 1 })]])
    const config = { column_type: 'custom', name: 'out', generator_function: 'explode_rows' }
    expect(custom.fromJSON(config, functions).toJSON()).toMatchObject({ generator_function: 'explode_rows' })
    expect(() => custom.fromJSON({ ...config, generator_function: 'other' }, functions)).toThrow(
      "'other' is a name, and no function of that name was given",
    )
  })
})
