import { expect, it } from 'vitest'
import { configPage } from '../scripts/config-page.ts'
import { filesBelow, textOf } from './sources.ts'

it('docs/config.md is what `npm run docs` writes', () => {
  expect(textOf('docs/config.md')).toBe(configPage())
})

it('every key that a reader of configs takes stands on the page', () => {
  const page = configPage()
  const tables = filesBelow('src')
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap(path => tablesIn(textOf(path)).map(keys => ({ path, keys })))
  expect(tables.length).toBeGreaterThan(35)
  const untold = tables.flatMap(({ path, keys }) => keys.filter(key => !page.includes(`| \`${key}\` |`)).map(key => `${key} of ${path}`))
  expect(untold).toEqual([])
})

it('a default is given for every key, or it has to be there', () => {
  const rows = configPage().match(/^\| `.*$/gm)!
  expect(rows.length).toBeGreaterThan(120)
  for (const row of rows) expect(row, row).toMatch(/^\| `\w+` \| .+ \| .* \| \S.* \|$/)
})

/** Keys of the tables of fields that a file holds, as it writes them. */
function tablesIn(source: string): string[][] {
  const tables = [...source.matchAll(/^(?:export )?const \w*FIELDS\w*\b[^=]*= \{\n([\s\S]*?)\n\}/gm)].map(([, body]) => body!)
  return tables.map(body => [...body.matchAll(/^ {2,4}(\w+): \[/gm)].map(([, key]) => key!))
}
