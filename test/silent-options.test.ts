import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as face from '../src/index.ts'

// Whatever is made with options refuses one that nobody knows, and says its name: JavaScript would drop it without a word.

/** Classes that are made of something else than options, or not by users. */
const OTHERS = new Set([
  'CompositeWorkflow',
  'CompositeWorkflowResults',
  'ConfigProblems',
  'ConfiguredColumn',
  'Conversation',
  'Dataset',
  'DatasetAnalysis',
  'DatasetCreationResults',
  'PreviewResults',
  'Random',
  'TemplateError',
  'TracewrightError',
])

const classes = Object.entries(face).filter(
  ([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name) && String(value).startsWith('class'),
) as [string, new (options: object) => unknown][]

it.each(classes.filter(([name]) => !OTHERS.has(name)))('new %s refuses what it does not know', (_name, made) => {
  expect(() => new made({ misspelt_word: 1, name: 'a', alias: 'a' })).toThrow(/misspelt_word/)
})

it('all that is left out is there, and there is enough of the rest', () => {
  const names = classes.map(([name]) => name)
  expect([...OTHERS].filter(name => !names.includes(name))).toEqual([])
  expect(names.length - OTHERS.size).toBeGreaterThan(50)
})

const folder = mkdtempSync(join(tmpdir(), 'tracewright-options-'))
const path = join(folder, 'rows.jsonl')
writeFileSync(path, '{"a":1}\n')
const wrong: { [option: string]: never } = { misspelt: 1 as never }
const known = { name: 'm', price: { input: 1, output: 1 } }

it.each<[string, () => unknown]>([
  ['prices', () => new face.Prices({ m: { input: 1, output: 1, misspelt: 1 } as never })],
  ['loadConfig', () => face.loadConfig(join(folder, 'config.yaml'), wrong)],
  ['configFromJSON', () => face.configFromJSON({ columns: [] }, wrong)],
  ['extensions', () => face.configFromJSON({ columns: [] }, { extensions: wrong })],
  ['openDataset', () => face.openDataset(path, wrong)],
  ['rows', async () => Array.fromAsync((await face.openDataset(path)).rows(wrong))],
  ['exportDataset', () => face.exportDataset([], { output: join(folder, 'out'), ...wrong })],
  ['preview', () => new face.DataDesigner().preview(new face.DataDesignerConfigBuilder(), wrong)],
  ['create', () => new face.DataDesigner().create(new face.DataDesignerConfigBuilder(), wrong)],
])('%s refuses what it does not know', async (_name, call) => {
  await expect((async () => call())()).rejects.toThrow(/misspelt/)
})

it.each([
  [{ input: 1, outpt: 2 }, "Unknown key 'outpt'", "Did you mean 'output'?"],
  [{ input: 1 }, 'Cannot read the price of \'m\': found {"input":1}', 'US dollars per million'],
  [{ input: '1', output: 1 }, "Cannot read the price of 'm'", 'US dollars per million'],
  [{ input: 1, output: -1 }, "Cannot read the price of 'm'", 'US dollars per million'],
  [3, "Cannot read the price of 'm': found 3", 'US dollars per million'],
])('prices of %j are refused', (price, message, hint) => {
  const told = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      return error as face.TracewrightError
    }
    throw new Error('nothing was refused')
  }
  const file = join(folder, 'prices.json')
  writeFileSync(file, JSON.stringify({ [known.name]: price }))
  for (const error of [told(() => new face.Prices({ m: price } as never)), told(() => face.Prices.read(file))]) {
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
  }
  expect(new face.Prices({ m: known.price, p: { image: 0.02 } as never }).of('x', 'm')).toEqual(known.price)
})
