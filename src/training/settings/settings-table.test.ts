import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportCommand } from '../../cli/export/export.ts'
import * as filters from '../curate/filters.ts'
import { planExport } from '../export/plan-export.ts'
import * as masks from '../masks.ts'
import { OUTCOME_COLUMNS } from '../outcome/outcome-columns.ts'
import * as views from '../views.ts'
import type { ExportSettings } from './export-options.ts'
import { Mistakes } from './mistakes.ts'
import { EXPORT_SETTINGS } from './settings-table.ts'

const settings = Object.keys(EXPORT_SETTINGS) as (keyof ExportSettings)[]
const types = readFileSync(join(import.meta.dirname, 'export-options.ts'), 'utf8')

it.each(settings)('%s means the same in code and on the command line as in the table', name => {
  const { about, fallback } = EXPORT_SETTINGS[name]
  const sentence = `${about.replace(/^./, letter => letter.toUpperCase())}.${fallback === '' ? '' : ` Default: ${fallback}.`}`
  expect(types).toContain(`  /** ${sentence} */\n  ${name}?:`)
  const option = exportCommand().options.find(each => each.attributeName() === name)
  expect(option?.description.startsWith(about.replaceAll('`', ''))).toBe(true)
})

it('every setting of the type is in the table', () => {
  const own = new Set(['output', 'force', 'columns', 'memoryMB', 'onRow'])
  const members = [...types.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name!).filter(name => !own.has(name))
  expect(members.sort()).toEqual([...settings].sort())
})

/** The names that the table gives to what a setting can be, without what is said to them. */
const namedFor = (name: keyof ExportSettings) =>
  [...EXPORT_SETTINGS[name].about.matchAll(/`([^`]+)`/g)].map(([, named]) => /^[\w-]+/.exec(named!)![0])

it('the table names every view, and nothing else that there is not', () => {
  const namesOf = (registry: object) => Object.values<{ name: string }>(registry as never).map(({ name }) => name)
  const outcomes = Object.keys(OUTCOME_COLUMNS)
  expect(namedFor('view').sort()).toEqual(namesOf(views).sort())
  expect(namedFor('filter').filter(name => !namesOf(filters).includes(name) && !outcomes.includes(name))).toEqual([])
  expect(namedFor('mask').filter(name => !namesOf(masks).includes(name) && name !== 'quality')).toEqual([])
  expect(namedFor('reward').filter(name => name !== 'reward' && !outcomes.includes(name))).toEqual([])
  for (const dialect of namedFor('for')) {
    const mistakes = new Mistakes()
    planExport({ for: dialect, model: 'o200k' }, mistakes)
    expect(mistakes.found, dialect).toEqual([])
  }
})
