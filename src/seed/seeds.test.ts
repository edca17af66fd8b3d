import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import type { Outcome, Row } from '../row.ts'
import type { OpenSeed, SeedType } from './seed.ts'
import * as registry from './seeds.ts'
import { FileHub } from './testing/file-hub.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

let hub: FileHub
beforeAll(async () => {
  hub = await FileHub.start()
})
afterAll(() => hub[Symbol.asyncDispose]())

const types: SeedType[] = Object.values(registry)

it('seed types have names of their own', () => {
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
})

// The contract. Every seed type in the registry is held to it with its own example.
for (const type of types)
  describe(`seed type ${type.name}`, () => {
    it('says what it is', () => {
      expect(type.description).toMatch(/^[A-Z]/)
    })

    const { example } = type
    if (example === null) {
      it('says that a config cannot name it', () => {
        expect(() => type.fromJSON({ seed_type: type.name })).toThrow(
          expect.objectContaining({ kind: 'config', where: 'seed_config.source', hint: expect.any(String) }),
        )
      })
      return
    }
    const { files, needs, more = {}, rows, served = false } = example
    const inFolder = (given: { readonly [path: string]: string } = files): JsonObject & { path: string } => {
      if (served) {
        hub.put('datasets/ada/notes', given)
        return { seed_type: type.name, ...needs, endpoint: hub.endpoint }
      }
      const folder = mkdtempSync(join(tmpdir(), 'tracewright-seed-'))
      folders.push(folder)
      for (const [path, text] of Object.entries(given)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      return { seed_type: type.name, ...needs, path: join(folder, needs.path) }
    }

    it('is written back as it was read', () => {
      const config = inFolder()
      const written = type.fromJSON(config).toJSON()
      expect(written).toMatchObject(config)
      for (const said of [written, { ...written, ...more }]) expect(type.fromJSON(said).toJSON()).toEqual(said)
      expect(type.fromJSON(config).seedType).toBe(type.name)
    })

    it('takes the fields it names, and is written with no others', () => {
      const config = inFolder()
      expect(Object.keys(type.fields)).toEqual(expect.arrayContaining(Object.keys(type.fromJSON({ ...config, ...more }).toJSON())))
      for (const key of Object.keys(type.fields)) if (!(key in config)) type.fromJSON({ ...config, [key]: null })
    })

    it('refuses a misspelt key with the nearest one, and a config without what it needs', () => {
      const config = inFolder()
      expect(() => type.fromJSON({ ...config, pth: 'a' })).toThrow(
        expect.objectContaining({ kind: 'config', where: 'seed_config.source', hint: "Did you mean 'path'?" }),
      )
      for (const key of Object.keys(needs)) {
        const { [key]: _, ...without }: JsonObject = config
        if (key === 'path' && type.fromJSON.length > 0 && isOptional(without)) continue
        expect(() => type.fromJSON(without), key).toThrow(expect.objectContaining({ kind: 'config' }))
      }
    })

    /** A path may have a usual place instead. */
    const isOptional = (without: JsonObject) => {
      try {
        return type.fromJSON(without).toJSON()['path'] === null
      } catch {
        return false
      }
    }

    it('gives its rows by number, the same each time, with the columns it names', async () => {
      const source = type.fromJSON({ ...inFolder(), ...more })
      const seed = await source.open()
      try {
        if (source.columns !== null) expect([...seed.columns]).toEqual([...source.columns])
        expect(seed.place).not.toBe('')
        expect(seed.size).toBe(rows.length)
        const read = await all(seed)
        expect(read).toMatchObject(rows)
        for (const row of read) expect(Object.keys(row).filter(column => !seed.columns.includes(column))).toEqual([])
        expect((await all(seed, -1)).reverse()).toEqual(read)
        // What is done to a row is not seen by who reads it next.
        for (const row of read) row['added'] = true
        expect((await all(seed)).some(row => 'added' in row)).toBe(false)
      } finally {
        seed.close()
      }
    })

    it('says where it looked where there is nothing', async () => {
      const config = { ...inFolder({ 'other/x.bin': '' }), ...more }
      await expect(type.fromJSON(config).open()).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(config.path) }))
    })
  })

async function all(seed: OpenSeed, step: 1 | -1 = 1): Promise<Row[]> {
  const numbers = Array.from({ length: seed.size }, (_, i) => (step === 1 ? i : seed.size - 1 - i))
  const rows: Row[] = []
  for (const number of numbers)
    rows.push(...(await seed.read(number)).flatMap((outcome: Outcome) => ('row' in outcome ? [outcome.row] : [])))
  return rows
}
