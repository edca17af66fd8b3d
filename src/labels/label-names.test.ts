import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Label } from './label.ts'
import { declaredNames, declareNames, refuseUndeclared } from './label-names.ts'

let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'tracewright-names-'))
  mkdirSync(join(store, 'labels'))
})
afterEach(() => rmSync(store, { recursive: true, force: true }))
const written = (text: string) => writeFileSync(join(store, 'labels', 'names.yaml'), text)

it('names are declared, changed and taken back; by hand or by command it is the same', () => {
  expect(declaredNames(store)).toEqual([])
  declareNames(store, [
    { name: 'quality', values: ['1..3', '3', 'none'] },
    { name: 'tag', values: ['tidy', 'a "quoted": word'] },
  ])
  const all = [
    { name: 'quality', values: ['1', '2', '3', 'none'] },
    { name: 'tag', values: ['tidy', 'a "quoted": word'] },
  ]
  expect(declaredNames(store)).toEqual(all)
  expect(declareNames(store, [{ name: 'quality', values: [] }])).toEqual(all.slice(1))
  expect(declaredNames(store)).toEqual(all.slice(1))
  written('quality: [1..3, 3, none]\ntag:\n  - tidy\n  - "a \\"quoted\\": word"\n')
  expect(declaredNames(store)).toEqual(all)
  written('# nothing yet\n')
  expect(declaredNames(store)).toEqual([])
})

it.each([
  ['quality: 4', "found no list of words or numbers under 'quality'"],
  ['quality: [[1]]', "found no list of words or numbers under 'quality'"],
  ['quality: []', "Cannot declare 'quality': found 0 values"],
  ['[quality]', 'expected names, each with a list of values'],
  ['verdict: [accept, maybe]', "Cannot declare 'verdict'"],
  ['Quality: [1]', "Cannot declare 'Quality'"],
  ['__proto__: [1]', "Cannot declare '__proto__'"],
  ["quality: ['']", 'none empty'],
  [`quality: [${Array.from({ length: 101 }, (_, i) => i)}]`, 'found 101 values, expected 1 to 100'],
  ['a: &a [1]\nb: *a', 'Alias resolution is disabled'],
  ['quality: [1', 'it is no YAML'],
])('what is no declaration is said to be none: %s', (text, words) => {
  written(text)
  expect(() => declaredNames(store)).toThrow(words)
})

const declared = [
  { name: 'quality', values: ['1', '2'] },
  { name: 'tag', values: ['tidy'] },
]
it.each([
  ['quality', '3', "found quality '3', expected one of 1, 2"],
  ['qualty', '1', "found the name 'qualty', expected one of quality"],
  ['tag', 'messy', "found tag 'messy', expected one of tidy"],
])('what is not declared is refused: %s=%s', (name, value, words) => {
  expect(() => refuseUndeclared({ name, value } as Label, declared)).toThrow(words)
})

it.each([
  ['quality', '2'],
  ['tag', 'tidy'],
  ['verdict', 'accept'],
  ['note', 'whatever is to be said'],
])('%s=%s may be said', (name, value) => refuseUndeclared({ name, value } as Label, declared))

it('where only tags are declared, names of one’s own are free; where only names are, tags are', () => {
  refuseUndeclared({ name: 'anything', value: '1' }, declared.slice(1))
  refuseUndeclared({ name: 'tag', value: 'messy' }, declared.slice(0, 1))
})
