import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportCommand } from '../../cli/export/export.ts'
import type { ExportSettings } from './export-options.ts'
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
