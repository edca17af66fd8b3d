import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import type { ColumnType } from './column.ts'
import * as registry from './columns.ts'
import { COMMON_FIELDS } from './common-settings.ts'
import { fill } from './testing/fill.ts'

const types: ColumnType[] = Object.values(registry)

it('column types have names of their own', () => {
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
})

// The contract. Every column type in the registry is held to it with its own example.
for (const type of types) {
  const { name, needs, more = {}, row, reads = [], adds = [], models = [], reply, functions = new Map() } = type.example
  const small = { column_type: type.name, name, ...needs }
  const skip = type.example.skippable === false ? null : { when: `{{ ${Object.keys(row)[0]} }}`, value: 'none' }
  const common = { drop: true, allow_resize: false, skip, propagate_skip: false }
  const make = (config: object) => type.fromJSON({ ...small, ...config }, functions)

  describe(`column type ${type.name}`, () => {
    it('says what it is', () => {
      expect(type.description).toMatch(/^[A-Z][^.]*$/)
      expect(make({})).toMatchObject({ columnType: type.name, name })
    })

    it('is written back with every default, and equal to what was read', () => {
      const written = make({}).toJSON()
      const defaults = { drop: false, allow_resize: false, skip: null, propagate_skip: true }
      expect(written).toMatchObject({ ...small, ...defaults })
      for (const config of [written, { ...written, ...common, ...more }]) expect(type.fromJSON(config, functions).toJSON()).toEqual(config)
    })

    it('has the fields it is written with, and those that all columns have', () => {
      const keys = Object.keys(make(more).toJSON())
      expect(keys.sort()).toEqual([...Object.keys(COMMON_FIELDS), ...Object.keys(type.fields)].sort())
    })

    it('refuses a misspelt key with the nearest one, and a config without a name', () => {
      expect(() => make({ propagate_skp: true })).toThrow(
        expect.objectContaining({ kind: 'config', where: `column '${name}'`, hint: "Did you mean 'propagate_skip'?" }),
      )
      expect(() => make({ name: null })).toThrow('name: found nothing, expected text')
    })

    it.each(Object.keys(needs))('refuses a config without %s', key => {
      const { [key]: _, ...without }: JsonObject = small
      expect(() => type.fromJSON(without, functions)).toThrow(expect.objectContaining({ kind: 'config' }))
    })

    it('tells what it reads, adds and asks, and has no problem with it', () => {
      const column = make(more)
      expect([...column.requiredColumns].sort()).toEqual([...reads].sort())
      expect([...column.sideEffectColumns].sort()).toEqual([...adds].sort())
      expect(column.modelAliases).toEqual(models)
      expect(column.problems(new Set(Object.keys(row)))).toEqual([])
    })

    it('adds its cells to a row, keeps the others, and leaves the row it was given alone', async () => {
      await using server = await ChatServer.start((_, __, response) => say(response, reply ?? ''))
      const asked = reply === undefined ? {} : { endpoint: server.endpoint }
      const column = make(more)
      const given = structuredClone(row)
      const [made] = await fill(column, given, asked)
      expect(made).toMatchObject(row)
      expect(Object.keys(made!).sort()).toEqual([...Object.keys(row), name, ...column.sideEffectColumns].sort())
      expect(JSON.parse(JSON.stringify(made))).toEqual(made)
      expect(await fill(column, given, asked)).toEqual([made])
      expect(given).toEqual(row)
    })

    it('needs no more than the columns it says it reads', async () => {
      await using server = await ChatServer.start((_, __, response) => say(response, reply ?? ''))
      const column = make(more)
      const only = Object.fromEntries(column.requiredColumns.map(key => [key, row[key]!]))
      const [made] = await fill(column, only, reply === undefined ? {} : { endpoint: server.endpoint })
      expect(Object.keys(made!)).toContain(name)
    })
  })
}
