import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow, root, textOf } from './sources.ts'

const files = ['src', 'studio', 'test'].flatMap(filesBelow)

it('every file and folder that the tour names is there', () => {
  const named = [...textOf('docs/tour.md').matchAll(/`([\w./-]+(?:\.ts|\/))`/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(40)
  const isThere = (name: string) =>
    name.endsWith('/')
      ? existsSync(join(root, name)) || files.some(path => `/${path}`.includes(`/${name}`))
      : files.some(path => (name.includes('/') ? `/${path}`.endsWith(`/${name}`) : basename(path) === name))
  expect([...new Set(named)].filter(name => !isThere(name))).toEqual([])
})

it('the tour comes by every folder of src', () => {
  const folders = new Set(filesBelow('src').flatMap(path => /^src\/([\w-]+)\//.exec(path)?.[1] ?? []))
  const tour = textOf('docs/tour.md')
  expect([...folders].filter(folder => !tour.includes(`\`src/${folder}/`))).toEqual([])
})
