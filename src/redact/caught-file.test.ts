import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { PagedNumbers } from '../disk/paged-numbers.ts'
import { CaughtFile } from './caught-file.ts'
import type { Caught } from './known-values.ts'

const folder = mkdtempSync(join(tmpdir(), 'caught-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('gives back what was caught in a row; the file tells nothing of it, to nobody else', () => {
  const file = new CaughtFile(join(folder, 'in', 'caught'), new PagedNumbers(join(folder, 'places'), { pages: 2, pageSize: 4 }))
  const rows = new Map<number, Caught[]>()
  for (let row = 0; row < 60; row += 1 + (row % 3)) {
    const caught: Caught[] = Array.from({ length: 1 + (row % 4) }, (_, i) => ({
      value: `hühott-${i % 2 === 0 ? 'the same' : row}`,
      rule: 'password-value',
      stand: 'secret',
    }))
    file.set(row, caught)
    rows.set(row, caught)
  }
  for (let row = 0; row < 60; row++) expect(file.get(row)).toEqual(rows.get(row))
  const path = join(folder, 'in', 'caught')
  const bytes = readFileSync(path).toString('latin1')
  for (const word of ['hott', 'the same', 'secret', 'password']) expect(bytes).not.toContain(word)
  expect(bytes.slice(0, 40)).not.toBe(bytes.slice(bytes.length / 2, bytes.length / 2 + 40))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  file[Symbol.dispose]()
  expect(readdirSync(join(folder, 'in'))).toEqual([])
})

it('makes no file where nothing was caught', () => {
  const file = new CaughtFile(join(folder, 'none', 'caught'), new PagedNumbers(join(folder, 'places')))
  expect(file.get(3)).toBeUndefined()
  file[Symbol.dispose]()
  expect(readdirSync(folder)).not.toContain('none')
})
