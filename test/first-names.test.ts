import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as face from '../src/index.ts'

// What docs/data-designer.md says of names that have no counterpart holds.

const page = readFileSync(new URL('../docs/data-designer.md', import.meta.url), 'utf8')
const table = page.slice(page.indexOf('Names of its Python module that have no counterpart'))
const rows = table.split('\n').filter(line => line.startsWith('| `'))

it('names without a counterpart are no values here', () => {
  const names = rows.flatMap(row => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(match => match[1]!))
  expect(names.length).toBeGreaterThan(7)
  expect(names.filter(name => name in face)).toEqual([])
})

it('what is named instead is there', () => {
  const instead = rows.flatMap(row => [...row.split('|')[2]!.matchAll(/`([A-Z]\w+)`/g)].map(match => match[1]!))
  const declared = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
  expect(instead.length).toBeGreaterThan(3)
  expect(instead.filter(name => !new RegExp(`\\b${name}\\b`).test(declared))).toEqual([])
  expect(face.DataDesignerConfigBuilder.prototype).toMatchObject({
    build: expect.any(Function),
    toJSON: expect.any(Function),
    withSeedDataset: expect.any(Function),
  })
  expect(face.DataDesignerConfigBuilder.fromConfig).toBeInstanceOf(Function)
})
